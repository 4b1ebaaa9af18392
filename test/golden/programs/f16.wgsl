// 3x3 to 16 channels
@group(0) @binding(0) var<storage, read> hidden0: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> hidden1: array<vec2u>;
@group(0) @binding(4) var<uniform> size: array<vec4i, 1>;
@group(0) @binding(5) var<uniform> rows: array<vec4i, 10>;
@group(0) @binding(6) var<uniform> weights: array<vec4f, 300>;
fn from_halves(words: vec2u) -> vec4f { return vec4f(unpack2x16float(words.x), unpack2x16float(words.y)); }
fn to_halves(value: vec4f) -> vec2u { return vec2u(pack2x16float(value.xy), pack2x16float(value.zw)); }
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
  var s2_0_0: vec4f = vec4f(-2.0080530643463135, 0.2549894452095032, -0.05046055465936661, -0.0673048123717308);
  var s2_0_1: vec4f = vec4f(-2.0080530643463135, 0.2549894452095032, -0.05046055465936661, -0.0673048123717308);
  var s2_1_0: vec4f = vec4f(-0.10745173692703247, -0.022915251553058624, 0.683326244354248, 0.20234106481075287);
  var s2_1_1: vec4f = vec4f(-0.10745173692703247, -0.022915251553058624, 0.683326244354248, 0.20234106481075287);
  var s2_2_0: vec4f = vec4f(-0.26982590556144714, 0.04419957101345062, 0.23346534371376038, -0.12389005720615387);
  var s2_2_1: vec4f = vec4f(-0.26982590556144714, 0.04419957101345062, 0.23346534371376038, -0.12389005720615387);
  var s2_3_0: vec4f = vec4f(0.18883498013019562, 0.02863815426826477, 0.15039166808128357, 0.5305423736572266);
  var s2_3_1: vec4f = vec4f(0.18883498013019562, 0.02863815426826477, 0.15039166808128357, 0.5305423736572266);
  for (var i: i32 = 0; i < 1; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  for (var i: i32 = 1; i < 2; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  for (var i: i32 = 3; i < 4; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
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
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
  s2_1_0 = f4(s2_1_0, rows[i].z + 0, v0);
  s2_1_1 = f4(s2_1_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v2);
  s2_0_0 = f4(s2_0_0, rows[i].z + 8, v2);
  s2_0_1 = f4(s2_0_1, rows[i].z + 8, v3);
  }
  for (var i: i32 = 7; i < 8; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  for (var i: i32 = 8; i < 9; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  s2_0_0 = f4(s2_0_0, rows[i].z + 0, v0);
  s2_0_1 = f4(s2_0_1, rows[i].z + 0, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 4, v0);
  s2_2_1 = f4(s2_2_1, rows[i].z + 4, v1);
  s2_2_0 = f4(s2_2_0, rows[i].z + 8, v1);
  s2_2_1 = f4(s2_2_1, rows[i].z + 8, v2);
  s2_3_0 = f4(s2_3_0, rows[i].z + 12, v1);
  s2_3_1 = f4(s2_3_1, rows[i].z + 12, v2);
  }
  let y_s2_0_0: vec4f = max(s2_0_0, vec4f(0.0)) + vec4f(-0.0028533972799777985, 0.8084253668785095, -0.666648268699646, -0.9187714457511902) * min(s2_0_0, vec4f(0.0));
  let y_s2_0_1: vec4f = max(s2_0_1, vec4f(0.0)) + vec4f(-0.0028533972799777985, 0.8084253668785095, -0.666648268699646, -0.9187714457511902) * min(s2_0_1, vec4f(0.0));
  let y_s2_1_0: vec4f = max(s2_1_0, vec4f(0.0)) + vec4f(0.14654363691806793, -1.0744878053665161, -1.128839373588562, -0.19326113164424896) * min(s2_1_0, vec4f(0.0));
  let y_s2_1_1: vec4f = max(s2_1_1, vec4f(0.0)) + vec4f(0.14654363691806793, -1.0744878053665161, -1.128839373588562, -0.19326113164424896) * min(s2_1_1, vec4f(0.0));
  let y_s2_2_0: vec4f = max(s2_2_0, vec4f(0.0)) + vec4f(1.0057299137115479, -0.6851485371589661, 0.5578765869140625, -0.42110082507133484) * min(s2_2_0, vec4f(0.0));
  let y_s2_2_1: vec4f = max(s2_2_1, vec4f(0.0)) + vec4f(1.0057299137115479, -0.6851485371589661, 0.5578765869140625, -0.42110082507133484) * min(s2_2_1, vec4f(0.0));
  let y_s2_3_0: vec4f = max(s2_3_0, vec4f(0.0)) + vec4f(0.15778756141662598, -0.2265484482049942, -0.6396753787994385, 0.8726956248283386) * min(s2_3_0, vec4f(0.0));
  let y_s2_3_1: vec4f = max(s2_3_1, vec4f(0.0)) + vec4f(0.15778756141662598, -0.2265484482049942, -0.6396753787994385, 0.8726956248283386) * min(s2_3_1, vec4f(0.0));
  hidden1[area * 0 + y * size[0].x + x + 0] = to_halves(clamp(y_s2_0_0, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 1 + y * size[0].x + x + 0] = to_halves(clamp(y_s2_1_0, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 2 + y * size[0].x + x + 0] = to_halves(clamp(y_s2_2_0, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 3 + y * size[0].x + x + 0] = to_halves(clamp(y_s2_3_0, vec4f(-65504.0), vec4f(65504.0)));
  if (x + 1 >= size[0].x) { return; }
  hidden1[area * 0 + y * size[0].x + x + 1] = to_halves(clamp(y_s2_0_1, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 1 + y * size[0].x + x + 1] = to_halves(clamp(y_s2_1_1, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 2 + y * size[0].x + x + 1] = to_halves(clamp(y_s2_2_1, vec4f(-65504.0), vec4f(65504.0)));
  hidden1[area * 3 + y * size[0].x + x + 1] = to_halves(clamp(y_s2_3_1, vec4f(-65504.0), vec4f(65504.0)));
}
