// 3x3 to 8 channels
@group(0) @binding(0) var<storage, read> hidden0: array<vec4f>;
@group(0) @binding(1) var<storage, read> hidden1: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> hidden2: array<vec4f>;
@group(0) @binding(4) var<uniform> size: array<vec4i, 1>;
@group(0) @binding(5) var<uniform> rows: array<vec4i, 6>;
@group(0) @binding(6) var<uniform> weights: array<vec4f, 144>;
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
  var s5_0_0: vec4f = vec4f(0.0, 0.0, 0.0, 0.0);
  var s5_0_1: vec4f = vec4f(0.0, 0.0, 0.0, 0.0);
  var s5_1_0: vec4f = vec4f(0.0, 0.0, 0.0, 0.0);
  var s5_1_1: vec4f = vec4f(0.0, 0.0, 0.0, 0.0);
  for (var i: i32 = 0; i < 6; i++) {
  let row: i32 = clamp(y + rows[i].y, 0, size[0].y - 1);
  let has_row: bool = row == y + rows[i].y;
  let v0: vec4f = select(vec4f(0.0), hidden1[area * rows[i].x + row * size[0].x + column0], has_row && has_column0);
  let v1: vec4f = select(vec4f(0.0), hidden1[area * rows[i].x + row * size[0].x + column1], has_row && has_column1);
  let v2: vec4f = select(vec4f(0.0), hidden1[area * rows[i].x + row * size[0].x + column2], has_row && has_column2);
  let v3: vec4f = select(vec4f(0.0), hidden1[area * rows[i].x + row * size[0].x + column3], has_row && has_column3);
  s5_0_0 = f4(s5_0_0, rows[i].z + 0, v0);
  s5_0_1 = f4(s5_0_1, rows[i].z + 0, v1);
  s5_1_0 = f4(s5_1_0, rows[i].z + 4, v0);
  s5_1_1 = f4(s5_1_1, rows[i].z + 4, v1);
  s5_0_0 = f4(s5_0_0, rows[i].z + 8, v1);
  s5_0_1 = f4(s5_0_1, rows[i].z + 8, v2);
  s5_1_0 = f4(s5_1_0, rows[i].z + 12, v1);
  s5_1_1 = f4(s5_1_1, rows[i].z + 12, v2);
  s5_0_0 = f4(s5_0_0, rows[i].z + 16, v2);
  s5_0_1 = f4(s5_0_1, rows[i].z + 16, v3);
  s5_1_0 = f4(s5_1_0, rows[i].z + 20, v2);
  s5_1_1 = f4(s5_1_1, rows[i].z + 20, v3);
  }
  let y_s5_0_0: vec4f = max(s5_0_0, vec4f(0.0)) + vec4f(0.25, 0.25, 0.25, 0.25) * min(s5_0_0, vec4f(0.0)) + hidden0[area * 0 + y * size[0].x + min(x + 0, size[0].x - 1)];
  let y_s5_0_1: vec4f = max(s5_0_1, vec4f(0.0)) + vec4f(0.25, 0.25, 0.25, 0.25) * min(s5_0_1, vec4f(0.0)) + hidden0[area * 0 + y * size[0].x + min(x + 1, size[0].x - 1)];
  let y_s5_1_0: vec4f = max(s5_1_0, vec4f(0.0)) + vec4f(0.25, 0.25, 0.25, 0.25) * min(s5_1_0, vec4f(0.0)) + hidden0[area * 1 + y * size[0].x + min(x + 0, size[0].x - 1)];
  let y_s5_1_1: vec4f = max(s5_1_1, vec4f(0.0)) + vec4f(0.25, 0.25, 0.25, 0.25) * min(s5_1_1, vec4f(0.0)) + hidden0[area * 1 + y * size[0].x + min(x + 1, size[0].x - 1)];
  hidden2[area * 0 + y * size[0].x + x + 0] = y_s5_0_0;
  hidden2[area * 1 + y * size[0].x + x + 0] = y_s5_1_0;
  if (x + 1 >= size[0].x) { return; }
  hidden2[area * 0 + y * size[0].x + x + 1] = y_s5_0_1;
  hidden2[area * 1 + y * size[0].x + x + 1] = y_s5_1_1;
}
