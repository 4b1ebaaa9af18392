// 3x3 to 16 channels
@group(0) @binding(0) var<storage, read> hidden0: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> hidden1: array<vec2u>;
@group(0) @binding(4) var<uniform> size: array<vec4i, 1>;
@group(0) @binding(5) var<uniform> rows: array<vec4i, 12>;
@group(0) @binding(6) var<uniform> weights: array<vec4f, 576>;
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
  var s2_0_0: vec4f = vec4f(-1.4097107648849487, 0.1586361974477768, 0.06976793706417084, -0.005427734926342964);
  var s2_0_1: vec4f = vec4f(-1.4097107648849487, 0.1586361974477768, 0.06976793706417084, -0.005427734926342964);
  var s2_1_0: vec4f = vec4f(-0.0315118283033371, -0.017636477947235107, 0.34620070457458496, 0.11131276935338974);
  var s2_1_1: vec4f = vec4f(-0.0315118283033371, -0.017636477947235107, 0.34620070457458496, 0.11131276935338974);
  var s2_2_0: vec4f = vec4f(-0.08193002641201019, 0.06422204524278641, -0.12383203208446503, -0.012284922413527966);
  var s2_2_1: vec4f = vec4f(-0.08193002641201019, 0.06422204524278641, -0.12383203208446503, -0.012284922413527966);
  var s2_3_0: vec4f = vec4f(0.00014398957137018442, -0.057781532406806946, 0.05331007391214371, 0.23600676655769348);
  var s2_3_1: vec4f = vec4f(0.00014398957137018442, -0.057781532406806946, 0.05331007391214371, 0.23600676655769348);
  for (var i: i32 = 0; i < 12; i++) {
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
  let y_s2_0_0: vec4f = max(s2_0_0, vec4f(0.0)) + vec4f(0.011480365879833698, 0.7899699211120605, -0.49935880303382874, -0.5875462293624878) * min(s2_0_0, vec4f(0.0));
  let y_s2_0_1: vec4f = max(s2_0_1, vec4f(0.0)) + vec4f(0.011480365879833698, 0.7899699211120605, -0.49935880303382874, -0.5875462293624878) * min(s2_0_1, vec4f(0.0));
  let y_s2_1_0: vec4f = max(s2_1_0, vec4f(0.0)) + vec4f(0.09060198068618774, -0.7984878420829773, -0.822607159614563, -0.3271964192390442) * min(s2_1_0, vec4f(0.0));
  let y_s2_1_1: vec4f = max(s2_1_1, vec4f(0.0)) + vec4f(0.09060198068618774, -0.7984878420829773, -0.822607159614563, -0.3271964192390442) * min(s2_1_1, vec4f(0.0));
  let y_s2_2_0: vec4f = max(s2_2_0, vec4f(0.0)) + vec4f(0.835364043712616, -0.41780292987823486, 0.47180691361427307, -0.3085210919380188) * min(s2_2_0, vec4f(0.0));
  let y_s2_2_1: vec4f = max(s2_2_1, vec4f(0.0)) + vec4f(0.835364043712616, -0.41780292987823486, 0.47180691361427307, -0.3085210919380188) * min(s2_2_1, vec4f(0.0));
  let y_s2_3_0: vec4f = max(s2_3_0, vec4f(0.0)) + vec4f(0.08131448924541473, 0.0676894336938858, -0.5319666862487793, 0.8131613731384277) * min(s2_3_0, vec4f(0.0));
  let y_s2_3_1: vec4f = max(s2_3_1, vec4f(0.0)) + vec4f(0.08131448924541473, 0.0676894336938858, -0.5319666862487793, 0.8131613731384277) * min(s2_3_1, vec4f(0.0));
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
