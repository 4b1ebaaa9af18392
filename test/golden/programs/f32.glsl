#version 310 es
// 3x3 to 16 channels
precision highp float;
precision highp int;
#define f32 float
#define i32 int
#define u32 uint
#define vec4f vec4
#define vec4i ivec4
#define vec4u uvec4
#define vec2u uvec2
#define vec3u uvec3
layout(local_size_x = 8, local_size_y = 8) in;
layout(std430, binding = 0) readonly restrict buffer block0 { vec4 hidden0[]; };
layout(std430, binding = 1) writeonly restrict buffer block1 { vec4 hidden1[]; };
layout(std140, binding = 4) uniform block4 { ivec4 size[1]; };
layout(std140, binding = 5) uniform block5 { ivec4 rows[10]; };
layout(std140, binding = 6) uniform block6 { vec4 weights[300]; };
vec4 f4(vec4 sum, int at, vec4 x) { return sum + weights[at] * x.x + weights[at + 1] * x.y + weights[at + 2] * x.z + weights[at + 3] * x.w; }
void main() {
  uvec3 id = gl_GlobalInvocationID;
  i32 x = i32(id.x) * 2;
  i32 y = i32(id.y);
  if (x >= size[0].x || y >= size[0].y) { return; }
  i32 area = size[0].x * size[0].y;
  i32 column0 = clamp(x + -1, 0, size[0].x - 1);
  bool has_column0 = column0 == x + -1;
  i32 column1 = clamp(x + 0, 0, size[0].x - 1);
  bool has_column1 = column1 == x + 0;
  i32 column2 = clamp(x + 1, 0, size[0].x - 1);
  bool has_column2 = column2 == x + 1;
  i32 column3 = clamp(x + 2, 0, size[0].x - 1);
  bool has_column3 = column3 == x + 2;
  vec4f s2_0_0 = vec4f(-2.0080530643463135, 0.2549894452095032, -0.05046055465936661, -0.0673048123717308);
  vec4f s2_0_1 = vec4f(-2.0080530643463135, 0.2549894452095032, -0.05046055465936661, -0.0673048123717308);
  vec4f s2_1_0 = vec4f(-0.10745173692703247, -0.022915251553058624, 0.683326244354248, 0.20234106481075287);
  vec4f s2_1_1 = vec4f(-0.10745173692703247, -0.022915251553058624, 0.683326244354248, 0.20234106481075287);
  vec4f s2_2_0 = vec4f(-0.26982590556144714, 0.04419957101345062, 0.23346534371376038, -0.12389005720615387);
  vec4f s2_2_1 = vec4f(-0.26982590556144714, 0.04419957101345062, 0.23346534371376038, -0.12389005720615387);
  vec4f s2_3_0 = vec4f(0.18883498013019562, 0.02863815426826477, 0.15039166808128357, 0.5305423736572266);
  vec4f s2_3_1 = vec4f(0.18883498013019562, 0.02863815426826477, 0.15039166808128357, 0.5305423736572266);
  for (int i = 0; i < 1; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_2_0 = f4(s2_2_0, rows[i].z + 0, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 0, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 4, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 4, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 8, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 8, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 12, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 12, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 16, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 16, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 20, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 20, v3);
  s2_2_0 = f4(s2_2_0, rows[i].z + 24, v2);
  s2_2_1 = f4(s2_2_1, rows[i].z + 24, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 28, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 28, v3);
  }
  for (int i = 1; i < 2; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v1);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v0);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 16, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 16, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 24, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 24, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 28, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 28, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 32, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 32, v3);
  s2_1_0 = f4(s2_1_0, rows[i].z + 36, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 36, v3);
  s2_2_0 = f4(s2_2_0, rows[i].z + 40, v2);
  s2_2_1 = f4(s2_2_1, rows[i].z + 40, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 44, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 44, v3);
  }
  for (int i = 2; i < 3; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_1_0 = f4(s2_1_0, rows[i].z + 0, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 8, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 8, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 12, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 12, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 16, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 16, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 20, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 20, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 24, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 24, v3);
  s2_1_0 = f4(s2_1_0, rows[i].z + 28, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 28, v3);
  s2_2_0 = f4(s2_2_0, rows[i].z + 32, v2);
  s2_2_1 = f4(s2_2_1, rows[i].z + 32, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 36, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 36, v3);
  }
  for (int i = 3; i < 4; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_2_0 = f4(s2_2_0, rows[i].z + 0, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 0, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 4, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 4, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 8, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 8, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 12, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 12, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 16, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 16, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 24, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 24, v3);
  }
  for (int i = 4; i < 5; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 12, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 12, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 16, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 16, v2);
  }
  for (int i = 5; i < 6; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v1);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v0);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 16, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 16, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 24, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 24, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 28, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 28, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 32, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 32, v3);
  s2_1_0 = f4(s2_1_0, rows[i].z + 36, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 36, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 40, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 40, v3);
  }
  for (int i = 6; i < 7; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_1_0 = f4(s2_1_0, rows[i].z + 0, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 8, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 8, v3);
  }
  for (int i = 7; i < 8; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 8, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 8, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 12, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 12, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 16, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 16, v3);
  }
  for (int i = 8; i < 9; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v1);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v0);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 16, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 16, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 24, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 24, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 28, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 28, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 32, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 32, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 36, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 36, v3);
  }
  for (int i = 9; i < 10; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v2);
  }
  vec4f y_s2_0_0 = max(s2_0_0, vec4f(0.0)) + vec4f(-0.0028533972799777985, 0.8084253668785095, -0.666648268699646, -0.9187714457511902) * min(s2_0_0, vec4f(0.0));
  vec4f y_s2_0_1 = max(s2_0_1, vec4f(0.0)) + vec4f(-0.0028533972799777985, 0.8084253668785095, -0.666648268699646, -0.9187714457511902) * min(s2_0_1, vec4f(0.0));
  vec4f y_s2_1_0 = max(s2_1_0, vec4f(0.0)) + vec4f(0.14654363691806793, -1.0744878053665161, -1.128839373588562, -0.19326113164424896) * min(s2_1_0, vec4f(0.0));
  vec4f y_s2_1_1 = max(s2_1_1, vec4f(0.0)) + vec4f(0.14654363691806793, -1.0744878053665161, -1.128839373588562, -0.19326113164424896) * min(s2_1_1, vec4f(0.0));
  vec4f y_s2_2_0 = max(s2_2_0, vec4f(0.0)) + vec4f(1.0057299137115479, -0.6851485371589661, 0.5578765869140625, -0.42110082507133484) * min(s2_2_0, vec4f(0.0));
  vec4f y_s2_2_1 = max(s2_2_1, vec4f(0.0)) + vec4f(1.0057299137115479, -0.6851485371589661, 0.5578765869140625, -0.42110082507133484) * min(s2_2_1, vec4f(0.0));
  vec4f y_s2_3_0 = max(s2_3_0, vec4f(0.0)) + vec4f(0.15778756141662598, -0.2265484482049942, -0.6396753787994385, 0.8726956248283386) * min(s2_3_0, vec4f(0.0));
  vec4f y_s2_3_1 = max(s2_3_1, vec4f(0.0)) + vec4f(0.15778756141662598, -0.2265484482049942, -0.6396753787994385, 0.8726956248283386) * min(s2_3_1, vec4f(0.0));
  hidden1[area * 0 + y * size[0].x + x + 0] = y_s2_0_0;
  hidden1[area * 1 + y * size[0].x + x + 0] = y_s2_1_0;
  hidden1[area * 2 + y * size[0].x + x + 0] = y_s2_2_0;
  hidden1[area * 3 + y * size[0].x + x + 0] = y_s2_3_0;
  if (x + 1 >= size[0].x) { return; }
  hidden1[area * 0 + y * size[0].x + x + 1] = y_s2_0_1;
  hidden1[area * 1 + y * size[0].x + x + 1] = y_s2_1_1;
  hidden1[area * 2 + y * size[0].x + x + 1] = y_s2_2_1;
  hidden1[area * 3 + y * size[0].x + x + 1] = y_s2_3_1;
}
