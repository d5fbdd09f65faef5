import { constants, generateKeyPair, type KeyObject, privateDecrypt, sign } from 'node:crypto';
import { promisify } from 'node:util';

export interface TestCertificate {
  /** A self-signed X.509 certificate: what Safaricom publishes for SecurityCredential. */
  pem: string;
  /** The text inside a SecurityCredential (base64 of RSA PKCS#1 v1.5); never the password where it is forged. */
  decrypt(credential: string): string;
}

const OID = {
  commonName: '550403',
  sha256WithRsa: '2a864886f70d01010b',
};
const LIFE_YEARS = 1;

/** Generates the key on first use, since making one takes a noticeable moment. */
export function createCertificateSource(now: () => Date): () => Promise<TestCertificate> {
  let made: Promise<TestCertificate> | undefined;
  return () => {
    made ??= createTestCertificate(now());
    return made;
  };
}

async function createTestCertificate(from: Date): Promise<TestCertificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    pem: toPem(selfSign(publicKey, privateKey, from)),
    decrypt: (credential) => {
      try {
        const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
        return privateDecrypt(key, Buffer.from(credential, 'base64')).toString();
      } catch {
        return ''; // not even the right length: as wrong as a wrong password
      }
    },
  };
}

/** RFC 5280 §4.1, with the fewest fields that make a valid certificate. */
function selfSign(publicKey: KeyObject, privateKey: KeyObject, from: Date): Buffer {
  const algorithm = sequence(oid(OID.sha256WithRsa), der(0x05));
  const name = sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from('provider-sandbox test only')))));
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + LIFE_YEARS);
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(utcTime(from), utcTime(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  return sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);
const integer = (small: number): Buffer => der(0x02, Buffer.from([small]));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (at: Date): Buffer => der(0x17, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

const toPem = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
