import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { crc32c, openEvents } from "../../tasks/_sinks/tensorboard.ts";
import { inFolderSync } from "../folder.ts";

/** CRC-32C bit by bit, most significant first on reflected words: another way than the table. */
function bitwiseCrc(data: Uint8Array): number {
  const reflect = (value: number, bits: number) => {
    let out = 0;
    for (let i = 0; i < bits; i++) {
      if (value & (1 << i)) out |= 1 << (bits - 1 - i);
    }
    return out >>> 0;
  };
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= reflect(byte, 8) << 24;
    for (let i = 0; i < 8; i++) {
      crc = crc & 0x80000000 ? (crc << 1) ^ 0x1edc6f41 : crc << 1;
    }
  }
  return (reflect(crc >>> 0, 32) ^ 0xffffffff) >>> 0;
}

interface DecodedEvent {
  wallTime: number;
  step: number;
  version?: string;
  values: Record<string, number>;
}

/** A protocol-buffer message as field number -> raw contents, by the public wire format. */
function fields(data: Uint8Array): [number, bigint | Uint8Array][] {
  const out: [number, bigint | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = data[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < data.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) out.push([tag >> 3, varint()]);
    else {
      const size = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      assert(wire === 1 || wire === 2 || wire === 5, `wire type ${wire}`);
      assert(at + size <= data.length, "a field runs past its message");
      out.push([tag >> 3, data.subarray(at, at += size)]);
    }
  }
  return out;
}

function view(data: bigint | Uint8Array): DataView {
  assert(data instanceof Uint8Array);
  return new DataView(data.buffer, data.byteOffset, data.length);
}

function decodeEvent(data: Uint8Array): DecodedEvent {
  const event: DecodedEvent = { wallTime: NaN, step: 0, values: {} };
  for (const [field, content] of fields(data)) {
    if (field === 1) event.wallTime = view(content).getFloat64(0, true);
    if (field === 2) event.step = Number(content);
    if (field === 3) {
      event.version = new TextDecoder().decode(content as Uint8Array);
    }
    if (field !== 5) continue;
    for (const [, value] of fields(content as Uint8Array)) {
      const parts = new Map(fields(value as Uint8Array));
      const tag = new TextDecoder().decode(parts.get(1) as Uint8Array);
      event.values[tag] = view(parts.get(2)!).getFloat32(0, true);
    }
  }
  return event;
}

function decodeFile(bytes: Uint8Array): DecodedEvent[] {
  const masked = (data: Uint8Array) => {
    const crc = BigInt(bitwiseCrc(data));
    const rotated = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
    return Number((rotated + 0xa282ead8n) & 0xffffffffn);
  };
  const file = view(bytes);
  const events: DecodedEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(file.getBigUint64(at, true));
    assertEquals(
      file.getUint32(at + 8, true),
      masked(bytes.subarray(at, at + 8)),
    );
    const data = bytes.subarray(at + 12, at + 12 + length);
    assertEquals(file.getUint32(at + 12 + length, true), masked(data));
    events.push(decodeEvent(data));
    at += 16 + length;
  }
  return events;
}

/** The path of an event file in a folder of its own. */
function withFile(test: (path: string) => void): void {
  inFolderSync((dir) => test(join(dir, "events.out.tfevents.rpl")));
}

Deno.test("CRC-32C matches the examples of RFC 3720, B.4", () => {
  const ramp = Uint8Array.from({ length: 32 }, (_, i) => i);
  const command = new Uint8Array(48); // an iSCSI read (10) command
  command.set([0x01, 0xc0]);
  command.set([0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18], 16);
  command.set([0x28], 32);
  command.set([0x02], 40);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assertEquals(crc32c(ramp), 0x46dd794e);
  assertEquals(crc32c(ramp.toReversed()), 0x113fdb5c);
  assertEquals(crc32c(command), 0xd9963a56);
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("CRC-32C by table is CRC-32C by bits", () => {
  fc.assert(fc.property(fc.uint8Array(), (data) => {
    assertEquals(crc32c(data), bitwiseCrc(data));
  }));
});

Deno.test("an independent reader finds the version, then every number as a scalar", () => {
  withFile((path) => {
    let time = 1000.25;
    const sink = openEvents(path, () => time++);
    sink.write({
      kind: "evaluation",
      step: 2500,
      success: 0.8125,
      note: "text is not drawn",
      missing: null,
      selected: true,
    });
    sink.write({
      kind: "round",
      step: 5_000_000_000,
      criticLoss: -0.1,
      updates: 300,
    });
    sink.write({ kind: "remark", step: 1, text: "nothing to draw" });
    sink.close();
    assertEquals(decodeFile(Deno.readFileSync(path)), [
      { wallTime: 1000.25, step: 0, values: {}, version: "brain.Event:2" },
      {
        wallTime: 1001.25,
        step: 2500,
        values: { "evaluation/success": 0.8125 },
      },
      {
        wallTime: 1002.25,
        step: 5_000_000_000,
        values: {
          "round/criticLoss": Math.fround(-0.1),
          "round/updates": 300,
        },
      },
    ]);
  });
});

Deno.test("steps, names and values of any size survive", () => {
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 300 })
    .filter((s) =>
      !["kind", "step", "__proto__"].includes(s) && s.isWellFormed()
    );
  fc.assert(
    fc.property(
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      name,
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      (step, name, value) =>
        withFile((path) => {
          const sink = openEvents(path, () => 0);
          sink.write({ kind: "k", step, [name]: value });
          sink.close();
          const [, event] = decodeFile(Deno.readFileSync(path));
          assertEquals(event, {
            wallTime: 0,
            step,
            values: { [`k/${name}`]: value },
          });
        }),
    ),
    { numRuns: 50 },
  );
});

Deno.test("a file goes on at the length of a checkpoint without a second version", () => {
  withFile((path) => {
    const sink = openEvents(path, () => 0);
    sink.write({ kind: "round", step: 1, loss: 1 });
    const length = sink.length();
    sink.write({ kind: "round", step: 2, loss: 99 });
    sink.close();
    const resumed = openEvents(path, () => 0, length);
    resumed.write({ kind: "round", step: 2, loss: 2 });
    resumed.close();
    const events = decodeFile(Deno.readFileSync(path));
    assertEquals(events.map((event) => event.values["round/loss"]), [
      undefined,
      1,
      2,
    ]);
  });
});
