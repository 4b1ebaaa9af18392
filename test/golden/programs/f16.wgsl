// 3x3 to 16 channels
@group(0) @binding(0) var<storage, read> hidden0: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> hidden1: array<vec2u>;
@group(0) @binding(4) var<uniform> size: array<vec4i, 1>;
@group(0) @binding(5) var<uniform> rows: array<vec4i, 10>;
@group(0) @binding(6) var<uniform> weights: array<vec4f, 324>;
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
  var s2_0_0: vec4f = vec4f(-1.7117550373077393, 0.2704755365848541, 0.07202046364545822, -0.0321071557700634);
  var s2_0_1: vec4f = vec4f(-1.7117550373077393, 0.2704755365848541, 0.07202046364545822, -0.0321071557700634);
  var s2_1_0: vec4f = vec4f(-0.04435287415981293, -0.0016743068117648363, 0.662106454372406, 0.11244137585163116);
  var s2_1_1: vec4f = vec4f(-0.04435287415981293, -0.0016743068117648363, 0.662106454372406, 0.11244137585163116);
  var s2_2_0: vec4f = vec4f(-0.06994382292032242, 0.09869615733623505, -0.024877823889255524, -0.10684134811162949);
  var s2_2_1: vec4f = vec4f(-0.06994382292032242, 0.09869615733623505, -0.024877823889255524, -0.10684134811162949);
  var s2_3_0: vec4f = vec4f(0.11467943340539932, -0.009094323962926865, 0.13609454035758972, 0.45792916417121887);
  var s2_3_1: vec4f = vec4f(0.11467943340539932, -0.009094323962926865, 0.13609454035758972, 0.45792916417121887);
  for (var i: i32 = 0; i < 1; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column0], has_row && has_column0));
  let v1: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column1], has_row && has_column1));
  let v2: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column2], has_row && has_column2));
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  s2_1_0 = f4(s2_1_0, rows[i].z + 20, v2);
  s2_1_1 = f4(s2_1_1, rows[i].z + 20, v3);
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
  let v3: vec4f = from_halves(select(vec2u(0u), hidden0[area * rows[i].x + row * size[0].x + column3], has_row && has_column3));
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
  let y_s2_0_0: vec4f = max(s2_0_0, vec4f(0.0)) + vec4f(0.0033368852455168962, 0.781325101852417, -0.6070101261138916, -0.8899849057197571) * min(s2_0_0, vec4f(0.0));
  let y_s2_0_1: vec4f = max(s2_0_1, vec4f(0.0)) + vec4f(0.0033368852455168962, 0.781325101852417, -0.6070101261138916, -0.8899849057197571) * min(s2_0_1, vec4f(0.0));
  let y_s2_1_0: vec4f = max(s2_1_0, vec4f(0.0)) + vec4f(0.1967637687921524, -1.0258218050003052, -1.1169320344924927, -0.36945560574531555) * min(s2_1_0, vec4f(0.0));
  let y_s2_1_1: vec4f = max(s2_1_1, vec4f(0.0)) + vec4f(0.1967637687921524, -1.0258218050003052, -1.1169320344924927, -0.36945560574531555) * min(s2_1_1, vec4f(0.0));
  let y_s2_2_0: vec4f = max(s2_2_0, vec4f(0.0)) + vec4f(1.018187403678894, -0.43248364329338074, 0.6443398594856262, -0.3977683484554291) * min(s2_2_0, vec4f(0.0));
  let y_s2_2_1: vec4f = max(s2_2_1, vec4f(0.0)) + vec4f(1.018187403678894, -0.43248364329338074, 0.6443398594856262, -0.3977683484554291) * min(s2_2_1, vec4f(0.0));
  let y_s2_3_0: vec4f = max(s2_3_0, vec4f(0.0)) + vec4f(0.17733131349086761, -0.37164413928985596, -0.5744720101356506, 0.8902100920677185) * min(s2_3_0, vec4f(0.0));
  let y_s2_3_1: vec4f = max(s2_3_1, vec4f(0.0)) + vec4f(0.17733131349086761, -0.37164413928985596, -0.5744720101356506, 0.8902100920677185) * min(s2_3_1, vec4f(0.0));
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
