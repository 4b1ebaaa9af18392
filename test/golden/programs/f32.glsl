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
layout(std140, binding = 6) uniform block6 { vec4 weights[324]; };
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
  vec4f s2_0_0 = vec4f(-1.7117550373077393, 0.2704755365848541, 0.07202046364545822, -0.0321071557700634);
  vec4f s2_0_1 = vec4f(-1.7117550373077393, 0.2704755365848541, 0.07202046364545822, -0.0321071557700634);
  vec4f s2_1_0 = vec4f(-0.04435287415981293, -0.0016743068117648363, 0.662106454372406, 0.11244137585163116);
  vec4f s2_1_1 = vec4f(-0.04435287415981293, -0.0016743068117648363, 0.662106454372406, 0.11244137585163116);
  vec4f s2_2_0 = vec4f(-0.06994382292032242, 0.09869615733623505, -0.024877823889255524, -0.10684134811162949);
  vec4f s2_2_1 = vec4f(-0.06994382292032242, 0.09869615733623505, -0.024877823889255524, -0.10684134811162949);
  vec4f s2_3_0 = vec4f(0.11467943340539932, -0.009094323962926865, 0.13609454035758972, 0.45792916417121887);
  vec4f s2_3_1 = vec4f(0.11467943340539932, -0.009094323962926865, 0.13609454035758972, 0.45792916417121887);
  for (int i = 0; i < 1; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = (has_row && has_column0 ? hidden0[area * rows[i].x + row * size[0].x + column0] : vec4f(0.0));
  vec4f v1 = (has_row && has_column1 ? hidden0[area * rows[i].x + row * size[0].x + column1] : vec4f(0.0));
  vec4f v2 = (has_row && has_column2 ? hidden0[area * rows[i].x + row * size[0].x + column2] : vec4f(0.0));
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v1);
  s2_3_0 = f4(s2_3_0, rows[i].z + 8, v0);
  s2_3_1 = f4(s2_3_1, rows[i].z + 8, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 12, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 12, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 16, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 16, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 20, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 20, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 24, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 24, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 28, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 28, v3);
  s2_2_0 = f4(s2_2_0, rows[i].z + 32, v2);
  s2_2_1 = f4(s2_2_1, rows[i].z + 32, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 36, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 36, v3);
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
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_1_0 = f4(s2_1_0, rows[i].z + 4, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 12, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 12, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 16, v1);
  s2_1_1 = f4(s2_1_1, rows[i].z + 16, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 20, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 20, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 24, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 24, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 28, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 28, v3);
  s2_1_0 = f4(s2_1_0, rows[i].z + 32, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 32, v3);
  s2_2_0 = f4(s2_2_0, rows[i].z + 36, v2);
  s2_2_1 = f4(s2_2_1, rows[i].z + 36, v3);
  s2_3_0 = f4(s2_3_0, rows[i].z + 40, v2);
  s2_3_1 = f4(s2_3_1, rows[i].z + 40, v3);
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
  s2_0_0 = f4(s2_0_0, rows[i].z + 4, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 4, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 12, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 12, v3);
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
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v3);
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
  vec4f v3 = (has_row && has_column3 ? hidden0[area * rows[i].x + row * size[0].x + column3] : vec4f(0.0));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v2);
  s2_1_0 = f4(s2_1_0, rows[i].z + 16, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 16, v3);
  }
  vec4f y_s2_0_0 = max(s2_0_0, vec4f(0.0)) + vec4f(0.0033368852455168962, 0.781325101852417, -0.6070101261138916, -0.8899849057197571) * min(s2_0_0, vec4f(0.0));
  vec4f y_s2_0_1 = max(s2_0_1, vec4f(0.0)) + vec4f(0.0033368852455168962, 0.781325101852417, -0.6070101261138916, -0.8899849057197571) * min(s2_0_1, vec4f(0.0));
  vec4f y_s2_1_0 = max(s2_1_0, vec4f(0.0)) + vec4f(0.1967637687921524, -1.0258218050003052, -1.1169320344924927, -0.36945560574531555) * min(s2_1_0, vec4f(0.0));
  vec4f y_s2_1_1 = max(s2_1_1, vec4f(0.0)) + vec4f(0.1967637687921524, -1.0258218050003052, -1.1169320344924927, -0.36945560574531555) * min(s2_1_1, vec4f(0.0));
  vec4f y_s2_2_0 = max(s2_2_0, vec4f(0.0)) + vec4f(1.018187403678894, -0.43248364329338074, 0.6443398594856262, -0.3977683484554291) * min(s2_2_0, vec4f(0.0));
  vec4f y_s2_2_1 = max(s2_2_1, vec4f(0.0)) + vec4f(1.018187403678894, -0.43248364329338074, 0.6443398594856262, -0.3977683484554291) * min(s2_2_1, vec4f(0.0));
  vec4f y_s2_3_0 = max(s2_3_0, vec4f(0.0)) + vec4f(0.17733131349086761, -0.37164413928985596, -0.5744720101356506, 0.8902100920677185) * min(s2_3_0, vec4f(0.0));
  vec4f y_s2_3_1 = max(s2_3_1, vec4f(0.0)) + vec4f(0.17733131349086761, -0.37164413928985596, -0.5744720101356506, 0.8902100920677185) * min(s2_3_1, vec4f(0.0));
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
