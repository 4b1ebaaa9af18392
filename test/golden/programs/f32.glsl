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
layout(std140, binding = 5) uniform block5 { ivec4 rows[12]; };
layout(std140, binding = 6) uniform block6 { vec4 weights[576]; };
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
  vec4f s2_0_0 = vec4f(-1.4097107648849487, 0.1586361974477768, 0.06976793706417084, -0.005427734926342964);
  vec4f s2_0_1 = vec4f(-1.4097107648849487, 0.1586361974477768, 0.06976793706417084, -0.005427734926342964);
  vec4f s2_1_0 = vec4f(-0.0315118283033371, -0.017636477947235107, 0.34620070457458496, 0.11131276935338974);
  vec4f s2_1_1 = vec4f(-0.0315118283033371, -0.017636477947235107, 0.34620070457458496, 0.11131276935338974);
  vec4f s2_2_0 = vec4f(-0.08193002641201019, 0.06422204524278641, -0.12383203208446503, -0.012284922413527966);
  vec4f s2_2_1 = vec4f(-0.08193002641201019, 0.06422204524278641, -0.12383203208446503, -0.012284922413527966);
  vec4f s2_3_0 = vec4f(0.00014398957137018442, -0.057781532406806946, 0.05331007391214371, 0.23600676655769348);
  vec4f s2_3_1 = vec4f(0.00014398957137018442, -0.057781532406806946, 0.05331007391214371, 0.23600676655769348);
  for (int i = 0; i < 12; i++) {
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
  vec4f y_s2_0_0 = max(s2_0_0, vec4f(0.0)) + vec4f(0.011480365879833698, 0.7899699211120605, -0.49935880303382874, -0.5875462293624878) * min(s2_0_0, vec4f(0.0));
  vec4f y_s2_0_1 = max(s2_0_1, vec4f(0.0)) + vec4f(0.011480365879833698, 0.7899699211120605, -0.49935880303382874, -0.5875462293624878) * min(s2_0_1, vec4f(0.0));
  vec4f y_s2_1_0 = max(s2_1_0, vec4f(0.0)) + vec4f(0.09060198068618774, -0.7984878420829773, -0.822607159614563, -0.3271964192390442) * min(s2_1_0, vec4f(0.0));
  vec4f y_s2_1_1 = max(s2_1_1, vec4f(0.0)) + vec4f(0.09060198068618774, -0.7984878420829773, -0.822607159614563, -0.3271964192390442) * min(s2_1_1, vec4f(0.0));
  vec4f y_s2_2_0 = max(s2_2_0, vec4f(0.0)) + vec4f(0.835364043712616, -0.41780292987823486, 0.47180691361427307, -0.3085210919380188) * min(s2_2_0, vec4f(0.0));
  vec4f y_s2_2_1 = max(s2_2_1, vec4f(0.0)) + vec4f(0.835364043712616, -0.41780292987823486, 0.47180691361427307, -0.3085210919380188) * min(s2_2_1, vec4f(0.0));
  vec4f y_s2_3_0 = max(s2_3_0, vec4f(0.0)) + vec4f(0.08131448924541473, 0.0676894336938858, -0.5319666862487793, 0.8131613731384277) * min(s2_3_0, vec4f(0.0));
  vec4f y_s2_3_1 = max(s2_3_1, vec4f(0.0)) + vec4f(0.08131448924541473, 0.0676894336938858, -0.5319666862487793, 0.8131613731384277) * min(s2_3_1, vec4f(0.0));
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
