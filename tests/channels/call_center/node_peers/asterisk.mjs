// An Asterisk that dials: node asterisk.mjs PORT UUID. Its frames and its reading are the package's own.
// It says ten frames of 0x1111, presses 5, waits for sound that is not silence, and tells what came until the hang-up.
import net from 'node:net';
import { FrameParser, FrameType, FRAME_BYTES, encodeAudio, encodeFrame } from 'asterisk-audiosocket';

const [port, uuid] = process.argv.slice(2);
const socket = net.connect(Number(port), '127.0.0.1');
socket.write(encodeFrame(FrameType.UUID, Buffer.from(uuid.replaceAll('-', ''), 'hex')));
for (let count = 0; count < 10; count += 1) socket.write(encodeAudio(Buffer.alloc(FRAME_BYTES, 0x11)));
socket.write(encodeFrame(0x03, Buffer.from('5')));
const parser = new FrameParser();
const types = new Set();
const lengths = new Set();
let loud = 0;
socket.on('data', (chunk) => {
  parser.push(chunk);
  for (const frame of parser.drain()) {
    types.add(frame.type);
    if (frame.type === FrameType.HANGUP) {
      socket.end();
      console.log(JSON.stringify({ types: [...types], lengths: [...lengths], loud }));
      return;
    }
    lengths.add(frame.payload.length);
    if (frame.payload.some((byte) => byte !== 0)) loud += 1;
  }
});
setTimeout(() => process.exit(1), 15000).unref();
