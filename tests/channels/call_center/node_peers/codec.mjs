// Frames through the package's codec: {encode: [[type, hex]…], decode: hex, cut: n} in, {encoded: hex, decoded: [[type, hex]…]} out.
import { FrameParser, encodeFrame } from 'asterisk-audiosocket';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const asked = JSON.parse(text);
const encoded = Buffer.concat(asked.encode.map(([type, hex]) => encodeFrame(type, Buffer.from(hex, 'hex'))));
const bytes = Buffer.from(asked.decode, 'hex');
const parser = new FrameParser();
const decoded = [];
for (let at = 0; at < bytes.length; at += asked.cut) {
  parser.push(bytes.subarray(at, at + asked.cut));
  for (const frame of parser.drain()) decoded.push([frame.type, frame.payload.toString('hex')]);
}
console.log(JSON.stringify({ encoded: encoded.toString('hex'), decoded }));
