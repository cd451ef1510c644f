// The package's own server, as in its README: it plays back what it hears, paced. Prints its port.
import { AudioSocketServer } from 'asterisk-audiosocket';

const server = new AudioSocketServer({ port: 0 });
server.on('connection', (call) => {
  call.on('error', () => {});
  call.on('audio', (pcm) => call.play(pcm));
});
await server.listen();
console.log(server.address.port);
setTimeout(() => process.exit(1), 30000).unref();
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
