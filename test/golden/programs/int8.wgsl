// 3x3 to 16 channels
@group(0) @binding(0) var<storage, read> hidden0: array<u32>;
@group(0) @binding(1) var<storage, read_write> hidden1: array<u32>;
@group(0) @binding(4) var<uniform> size: array<vec4i, 1>;
@group(0) @binding(5) var<uniform> rows: array<vec4i, 10>;
@group(0) @binding(6) var<uniform> weights: array<vec4f, 324>;
fn from_codes(word: u32) -> vec4i { return vec4i(vec4u(word, word >> 8u, word >> 16u, word >> 24u) & vec4u(255u)); }
fn to_codes(codes: vec4i) -> u32 { return u32(codes.x) | (u32(codes.y) << 8u) | (u32(codes.z) << 16u) | (u32(codes.w) << 24u); }
fn sat16(value: vec4i) -> vec4i { return clamp(value, vec4i(-32768), vec4i(32767)); }
fn mulh(a: vec4i, b: vec4i) -> vec4i { return (a * b + vec4i(16384)) >> vec4u(15u); }
fn f4(sum: vec4f, at: i32, x: vec4f) -> vec4f { return sum + weights[at] * x.x + weights[at + 1] * x.y + weights[at + 2] * x.z + weights[at + 3] * x.w; }
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x: i32 = i32(id.x) * 2;
  let y: i32 = i32(id.y);
  if (x >= size[0].x || y >= size[0].y) { return; }
  let area: i32 = size[0].x * size[0].y;
  let column0: i32 = clamp(x + -1, 0, size[0].x - 1);
  let has_column0: bool = column0 == x + -1;
  let column1: i32 = clamp(x + 0, 0, size[0].x - 1);
  let has_column1: bool = column1 == x + 0;
  let column2: i32 = clamp(x + 1, 0, size[0].x - 1);
  let has_column2: bool = column2 == x + 1;
  let column3: i32 = clamp(x + 2, 0, size[0].x - 1);
  let has_column3: bool = column3 == x + 2;
  var s2_0_0: vec4f = vec4f(0.0);
  var s2_0_1: vec4f = vec4f(0.0);
  var s2_1_0: vec4f = vec4f(0.0);
  var s2_1_1: vec4f = vec4f(0.0);
  var s2_2_0: vec4f = vec4f(0.0);
  var s2_2_1: vec4f = vec4f(0.0);
  var s2_3_0: vec4f = vec4f(0.0);
  var s2_3_1: vec4f = vec4f(0.0);
  for (var i: i32 = 0; i < 1; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 1; i < 2; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 2; i < 3; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 3; i < 4; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 4; i < 5; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
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
  for (var i: i32 = 5; i < 6; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 6; i < 7; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
  s2_1_0 = f4(s2_1_0, rows[i].z + 0, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 0, v1);
  s2_0_0 = f4(s2_0_0, rows[i].z + 4, v1);
  s2_0_1 = f4(s2_0_1, rows[i].z + 4, v2);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 12, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 12, v3);
  }
  for (var i: i32 = 7; i < 8; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 8; i < 9; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  for (var i: i32 = 9; i < 10; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0)));
  let v1: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1)));
  let v2: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2)));
  let v3: vec4f = vec4f(from_codes(select(960051513u, hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3)));
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
  var t_s2_0_0: vec4i = sat16((vec4i(s2_0_0) + vec4i(-48427, 36614, 1441, -8428) + vec4i(8, 8, 4, 8)) >> vec4u(4u, 4u, 3u, 4u));
  var r_s2_0_0: vec4i = mulh(max(t_s2_0_0, vec4i(0)), vec4i(3201, 2185, 3580, 2350)) + mulh(min(t_s2_0_0, vec4i(0)), vec4i(21, 1566, -2122, -1992));
  let y_s2_0_0: vec4i = clamp(sat16(r_s2_0_0 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_0_1: vec4i = sat16((vec4i(s2_0_1) + vec4i(-48427, 36614, 1441, -8428) + vec4i(8, 8, 4, 8)) >> vec4u(4u, 4u, 3u, 4u));
  var r_s2_0_1: vec4i = mulh(max(t_s2_0_1, vec4i(0)), vec4i(3201, 2185, 3580, 2350)) + mulh(min(t_s2_0_1, vec4i(0)), vec4i(21, 1566, -2122, -1992));
  let y_s2_0_1: vec4i = clamp(sat16(r_s2_0_1 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_1_0: vec4i = sat16((vec4i(s2_1_0) + vec4i(4704, 8778, 28313, 3425) + vec4i(4, 16, 8, 4)) >> vec4u(3u, 5u, 4u, 3u));
  var r_s2_1_0: vec4i = mulh(max(t_s2_1_0, vec4i(0)), vec4i(2723, 3405, 2291, 2852)) + mulh(min(t_s2_1_0, vec4i(0)), vec4i(541, -3560, -2341, -1012));
  let y_s2_1_0: vec4i = clamp(sat16(r_s2_1_0 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_1_1: vec4i = sat16((vec4i(s2_1_1) + vec4i(4704, 8778, 28313, 3425) + vec4i(4, 16, 8, 4)) >> vec4u(3u, 5u, 4u, 3u));
  var r_s2_1_1: vec4i = mulh(max(t_s2_1_1, vec4i(0)), vec4i(2723, 3405, 2291, 2852)) + mulh(min(t_s2_1_1, vec4i(0)), vec4i(541, -3560, -2341, -1012));
  let y_s2_1_1: vec4i = clamp(sat16(r_s2_1_1 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_2_0: vec4i = sat16((vec4i(s2_2_0) + vec4i(-8361, -2900, -7292, 6322) + vec4i(8, 4, 8, 4)) >> vec4u(4u, 3u, 4u, 3u));
  var r_s2_2_0: vec4i = mulh(max(t_s2_2_0, vec4i(0)), vec4i(2278, 2580, 3819, 2088)) + mulh(min(t_s2_2_0, vec4i(0)), vec4i(2300, -1146, 2406, -841));
  let y_s2_2_0: vec4i = clamp(sat16(r_s2_2_0 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_2_1: vec4i = sat16((vec4i(s2_2_1) + vec4i(-8361, -2900, -7292, 6322) + vec4i(8, 4, 8, 4)) >> vec4u(4u, 3u, 4u, 3u));
  var r_s2_2_1: vec4i = mulh(max(t_s2_2_1, vec4i(0)), vec4i(2278, 2580, 3819, 2088)) + mulh(min(t_s2_2_1, vec4i(0)), vec4i(2300, -1146, 2406, -841));
  let y_s2_2_1: vec4i = clamp(sat16(r_s2_2_1 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_3_0: vec4i = sat16((vec4i(s2_3_0) + vec4i(6402, -2753, 8012, 17936) + vec4i(8, 8, 4, 4)) >> vec4u(4u, 4u, 3u, 3u));
  var r_s2_3_0: vec4i = mulh(max(t_s2_3_0, vec4i(0)), vec4i(2524, 3693, 2124, 2225)) + mulh(min(t_s2_3_0, vec4i(0)), vec4i(484, -1548, -1137, 1950));
  let y_s2_3_0: vec4i = clamp(sat16(r_s2_3_0 + vec4i(75)), vec4i(0), vec4i(255));
  var t_s2_3_1: vec4i = sat16((vec4i(s2_3_1) + vec4i(6402, -2753, 8012, 17936) + vec4i(8, 8, 4, 4)) >> vec4u(4u, 4u, 3u, 3u));
  var r_s2_3_1: vec4i = mulh(max(t_s2_3_1, vec4i(0)), vec4i(2524, 3693, 2124, 2225)) + mulh(min(t_s2_3_1, vec4i(0)), vec4i(484, -1548, -1137, 1950));
  let y_s2_3_1: vec4i = clamp(sat16(r_s2_3_1 + vec4i(75)), vec4i(0), vec4i(255));
  hidden1[area * 0 + y * size[0].x + x + 0] = to_codes(y_s2_0_0);
  hidden1[area * 1 + y * size[0].x + x + 0] = to_codes(y_s2_1_0);
  hidden1[area * 2 + y * size[0].x + x + 0] = to_codes(y_s2_2_0);
  hidden1[area * 3 + y * size[0].x + x + 0] = to_codes(y_s2_3_0);
  if (x + 1 >= size[0].x) { return; }
  hidden1[area * 0 + y * size[0].x + x + 1] = to_codes(y_s2_0_1);
  hidden1[area * 1 + y * size[0].x + x + 1] = to_codes(y_s2_1_1);
  hidden1[area * 2 + y * size[0].x + x + 1] = to_codes(y_s2_2_1);
  hidden1[area * 3 + y * size[0].x + x + 1] = to_codes(y_s2_3_1);
}
