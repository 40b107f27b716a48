import { createHmac } from 'node:crypto';

/** Values made from a seed and a name: the same two always give the same value. */
export class Seeded {
  #key;

  constructor(seed) {
    this.#key = `stoppoint sample ${seed}`;
  }

  bytes(length, name) {
    const blocks = [];
    for (let block = 0; block * 32 < length; block += 1) {
      blocks.push(createHmac('sha256', this.#key).update(`${name}#${block}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  }

  /** `length` counts characters, as the formats of Supabase's secrets do. */
  hex(length, name) {
    return this.bytes(Math.ceil(length / 2), name)
      .toString('hex')
      .slice(0, length);
  }

  alnum(length, name) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    return [...this.bytes(length, name)].map((byte) => letters[byte % letters.length]).join('');
  }

  digits(length, name) {
    const digits = [...this.bytes(length, name)].map((byte) => byte % 10);
    return `${(digits[0] % 9) + 1}${digits.slice(1).join('')}`;
  }

  /** Shaped like a Telegram bot token. */
  botToken(name) {
    return `${this.digits(9, `${name}.id`)}:AA${this.alnum(33, `${name}.secret`)}`;
  }

  integer(below, name) {
    return this.bytes(4, name).readUInt32BE() % below;
  }
}
