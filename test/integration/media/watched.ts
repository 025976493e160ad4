import type { Consumer, PipeTransport, Producer, Router } from 'mediasoup/types';

/** All that a router carries, as it is made. */
export class Watched {
  readonly router: Router;
  readonly producers: Producer[] = [];
  readonly consumers: Consumer[] = [];
  /** Ends of ways to other routers. */
  readonly pipes: PipeTransport[] = [];

  constructor(router: Router) {
    this.router = router;
    router.observer.on('newtransport', (transport) => {
      // Only transports of that kind have it.
      if (transport.type === 'pipe') this.pipes.push(transport as PipeTransport);
      transport.observer.on('newproducer', (producer) => this.producers.push(producer));
      transport.observer.on('newconsumer', (consumer) => this.consumers.push(consumer));
    });
  }
}
