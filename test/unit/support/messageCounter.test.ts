import { expect, test } from 'vitest';
import { asksForEncryption, MessageCounter } from '../../support/messageCounter.js';

function message(letter: string, body: string): Buffer {
  const header = Buffer.alloc(5);
  header.write(letter);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, Buffer.from(body)]);
}

const stream = Buffer.concat([
  message('R', '0000'),
  message('1', ''),
  message('D', 'a row'),
  message('Z', 'I'),
]);

test('counts messages however the bytes are cut into pieces', () => {
  for (let size = 1; size <= stream.length; size++) {
    const counter = new MessageCounter();
    for (let offset = 0; offset < stream.length; offset += size)
      counter.take(stream.subarray(offset, offset + size));
    expect([counter.messages, counter.last], `pieces of ${String(size)}`).toEqual([4, 'Z']);
  }
});

test('says where the message lies that completes the wanted number', () => {
  expect([0, 1, 2, 3, 4, 5].map((limit) => new MessageCounter().take(stream, limit))).toEqual([
    0,
    9,
    14,
    24,
    30,
    undefined,
  ]);
});

test('passes over the one letter that answers a request for encryption', () => {
  const counter = new MessageCounter();
  counter.expectSingleByte();
  expect(counter.take(Buffer.concat([Buffer.from('N'), stream]), 1)).toBe(10);
});

test('tells requests for encryption from a startup message', () => {
  const request = (code: number): Buffer =>
    Buffer.from([0, 0, 0, 8, ...Buffer.from(code.toString(16).padStart(8, '0'), 'hex')]);
  expect(asksForEncryption(request(80877103))).toBe(true);
  expect(asksForEncryption(request(80877104))).toBe(true);
  expect(asksForEncryption(request(196608))).toBe(false);
});
