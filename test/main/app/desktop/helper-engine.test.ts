import { describe, expect, it } from 'vitest';
import { HelperEngine } from '../../../../main/app/desktop/helper-engine.ts';

describe('the engine for questions', () => {
  it('starts none any more once it is closed', async () => {
    const helper = new HelperEngine();
    await helper.close();
    const call = helper.call('inspectModel', { path: '/nowhere.onnx' });
    await expect(call).rejects.toMatchObject({ code: 'interrupted' });
  });
});
