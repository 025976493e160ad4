import type { Consumer } from 'mediasoup/types';
import type { ConsumerWish } from '../../shared/protocol/media.ts';

/** Does to a consumer what its device wishes. One that closes meanwhile needs nothing more. */
export async function grant(consumer: Consumer, wish: ConsumerWish): Promise<void> {
  try {
    if (wish.priority !== undefined) await consumer.setPriority(wish.priority);
    if (wish.spatialLayer !== undefined && (consumer.type === 'simulcast' || consumer.type === 'svc')) {
      await consumer.setPreferredLayers({
        spatialLayer: wish.spatialLayer,
        ...(wish.temporalLayer === undefined ? {} : { temporalLayer: wish.temporalLayer }),
      });
    }
    if (wish.paused && !consumer.paused) await consumer.pause();
    if (!wish.paused && consumer.paused) {
      await consumer.resume();
      // The worker asks by itself only where its layers change; a demand already on its way is not repeated.
      if (consumer.kind === 'video') await consumer.requestKeyFrame();
    }
  } catch (error) {
    if (!consumer.closed) throw error;
  }
}
