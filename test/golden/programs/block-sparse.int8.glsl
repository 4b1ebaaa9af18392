#version 310 es
// 3x3 to 8 channels
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
layout(std430, binding = 0) writeonly restrict buffer block0 { uint hidden0[]; };
layout(std430, binding = 1) readonly restrict buffer block1 { uint hidden1[]; };
layout(std140, binding = 4) uniform block4 { ivec4 size[1]; };
layout(std140, binding = 5) uniform block5 { ivec4 rows[4]; };
layout(std140, binding = 6) uniform block6 { vec4 weights[40]; };
ivec4 from_codes(uint word) { return vec4i(vec4u(word, word >> 8u, word >> 16u, word >> 24u) & vec4u(255u)); }
uint to_codes(ivec4 codes) { return u32(codes.x) | (u32(codes.y) << 8u) | (u32(codes.z) << 16u) | (u32(codes.w) << 24u); }
ivec4 sat16(ivec4 value) { return clamp(value, vec4i(-32768), vec4i(32767)); }
ivec4 mulh(ivec4 a, ivec4 b) { return (a * b + vec4i(16384)) >> vec4u(15u); }
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
  vec4f s5_0_0 = vec4f(0.0);
  vec4f s5_0_1 = vec4f(0.0);
  vec4f s5_1_0 = vec4f(0.0);
  vec4f s5_1_1 = vec4f(0.0);
  for (int i = 0; i < 1; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v1 = vec4f(from_codes((has_row && has_column1 ? hidden1[area * rows[i].x + row * size[0].x + column1] : 0u)));
  vec4f v2 = vec4f(from_codes((has_row && has_column2 ? hidden1[area * rows[i].x + row * size[0].x + column2] : 0u)));
  s5_0_0 = f4(s5_0_0, rows[i].z + 0, v1);
  s5_0_1 = f4(s5_0_1, rows[i].z + 0, v2);
  s5_1_0 = f4(s5_1_0, rows[i].z + 4, v1);
  s5_1_1 = f4(s5_1_1, rows[i].z + 4, v2);
  }
  for (int i = 1; i < 2; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = vec4f(from_codes((has_row && has_column0 ? hidden1[area * rows[i].x + row * size[0].x + column0] : 0u)));
  vec4f v1 = vec4f(from_codes((has_row && has_column1 ? hidden1[area * rows[i].x + row * size[0].x + column1] : 0u)));
  s5_0_0 = f4(s5_0_0, rows[i].z + 0, v0);
  s5_0_1 = f4(s5_0_1, rows[i].z + 0, v1);
  s5_1_0 = f4(s5_1_0, rows[i].z + 4, v0);
  s5_1_1 = f4(s5_1_1, rows[i].z + 4, v1);
  }
  for (int i = 2; i < 3; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v2 = vec4f(from_codes((has_row && has_column2 ? hidden1[area * rows[i].x + row * size[0].x + column2] : 0u)));
  vec4f v3 = vec4f(from_codes((has_row && has_column3 ? hidden1[area * rows[i].x + row * size[0].x + column3] : 0u)));
  s5_0_0 = f4(s5_0_0, rows[i].z + 0, v2);
  s5_0_1 = f4(s5_0_1, rows[i].z + 0, v3);
  s5_1_0 = f4(s5_1_0, rows[i].z + 4, v2);
  s5_1_1 = f4(s5_1_1, rows[i].z + 4, v3);
  }
  for (int i = 3; i < 4; i++) {
  i32 row = clamp(y + rows[i].y, 0, size[0].y - 1);
  bool has_row = row == y + rows[i].y;
  vec4f v0 = vec4f(from_codes((has_row && has_column0 ? hidden1[area * rows[i].x + row * size[0].x + column0] : 0u)));
  vec4f v1 = vec4f(from_codes((has_row && has_column1 ? hidden1[area * rows[i].x + row * size[0].x + column1] : 0u)));
  vec4f v2 = vec4f(from_codes((has_row && has_column2 ? hidden1[area * rows[i].x + row * size[0].x + column2] : 0u)));
  vec4f v3 = vec4f(from_codes((has_row && has_column3 ? hidden1[area * rows[i].x + row * size[0].x + column3] : 0u)));
  s5_0_0 = f4(s5_0_0, rows[i].z + 0, v0);
  s5_0_1 = f4(s5_0_1, rows[i].z + 0, v1);
  s5_1_0 = f4(s5_1_0, rows[i].z + 4, v0);
  s5_1_1 = f4(s5_1_1, rows[i].z + 4, v1);
  s5_0_0 = f4(s5_0_0, rows[i].z + 8, v2);
  s5_0_1 = f4(s5_0_1, rows[i].z + 8, v3);
  s5_1_0 = f4(s5_1_0, rows[i].z + 12, v2);
  s5_1_1 = f4(s5_1_1, rows[i].z + 12, v3);
  }
  vec4i t_s5_0_0 = sat16((vec4i(s5_0_0) + vec4i(0, 0, 0, 0) + vec4i(256, 256, 256, 256)) >> vec4u(9u, 9u, 9u, 9u));
  vec4i r_s5_0_0 = mulh(max(t_s5_0_0, vec4i(0)), vec4i(3641, 3641, 3641, 3641)) + mulh(min(t_s5_0_0, vec4i(0)), vec4i(910, 910, 910, 910));
  vec4i y_s5_0_0 = clamp(sat16(r_s5_0_0 + vec4i(0)), vec4i(0), vec4i(255));
  vec4i t_s5_0_1 = sat16((vec4i(s5_0_1) + vec4i(0, 0, 0, 0) + vec4i(256, 256, 256, 256)) >> vec4u(9u, 9u, 9u, 9u));
  vec4i r_s5_0_1 = mulh(max(t_s5_0_1, vec4i(0)), vec4i(3641, 3641, 3641, 3641)) + mulh(min(t_s5_0_1, vec4i(0)), vec4i(910, 910, 910, 910));
  vec4i y_s5_0_1 = clamp(sat16(r_s5_0_1 + vec4i(0)), vec4i(0), vec4i(255));
  vec4i t_s5_1_0 = sat16((vec4i(s5_1_0) + vec4i(0, 0, 0, 0) + vec4i(256, 256, 256, 256)) >> vec4u(9u, 9u, 9u, 9u));
  vec4i r_s5_1_0 = mulh(max(t_s5_1_0, vec4i(0)), vec4i(3641, 3641, 3641, 3641)) + mulh(min(t_s5_1_0, vec4i(0)), vec4i(910, 910, 910, 910));
  vec4i y_s5_1_0 = clamp(sat16(r_s5_1_0 + vec4i(0)), vec4i(0), vec4i(255));
  vec4i t_s5_1_1 = sat16((vec4i(s5_1_1) + vec4i(0, 0, 0, 0) + vec4i(256, 256, 256, 256)) >> vec4u(9u, 9u, 9u, 9u));
  vec4i r_s5_1_1 = mulh(max(t_s5_1_1, vec4i(0)), vec4i(3641, 3641, 3641, 3641)) + mulh(min(t_s5_1_1, vec4i(0)), vec4i(910, 910, 910, 910));
  vec4i y_s5_1_1 = clamp(sat16(r_s5_1_1 + vec4i(0)), vec4i(0), vec4i(255));
  hidden0[area * 0 + y * size[0].x + x + 0] = to_codes(y_s5_0_0);
  hidden0[area * 1 + y * size[0].x + x + 0] = to_codes(y_s5_1_0);
  if (x + 1 >= size[0].x) { return; }
  hidden0[area * 0 + y * size[0].x + x + 1] = to_codes(y_s5_0_1);
  hidden0[area * 1 + y * size[0].x + x + 1] = to_codes(y_s5_1_1);
}
