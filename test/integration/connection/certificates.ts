import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** Paths of PEM files for one test: an authority, what it signed, and another authority that signed nothing. */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  readonly otherCa: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** The client's key behind the passphrase `opensesame`. */
  readonly encryptedKey: string;
  /** A list that revokes the server's certificate, and one that revokes nobody. */
  readonly revoking: string;
  readonly harmless: string;
}

interface Authority {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

/** Makes them for a server called localhost or 127.0.0.1 and a client called `certuser`. */
export async function makeCertificates(): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto);
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-test-tls-'));
  const save = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const authority = await makeAuthority('CN=pgdba test authority');
  const other = await makeAuthority('CN=another authority');
  const names = new x509.SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ]);
  const server = await makeLeaf(authority, 'CN=localhost', '02', [names]);
  const client = await makeLeaf(authority, 'CN=certuser', '03', []);
  return {
    folder,
    ca: await save('root.crt', authority.certificate.toString('pem')),
    otherCa: await save('other.crt', other.certificate.toString('pem')),
    serverCert: await save('server.crt', server.certificate.toString('pem')),
    serverKey: await save('server.key', privatePem(server.keys)),
    clientCert: await save('client.crt', client.certificate.toString('pem')),
    clientKey: await save('client.key', privatePem(client.keys)),
    encryptedKey: await save('encrypted.key', privatePem(client.keys, 'opensesame')),
    revoking: await save('revoking.crl', await revocationList(authority, ['02'])),
    harmless: await save('harmless.crl', await revocationList(authority, [])),
  };
}

async function makeAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name,
    ...validity(),
    keys: keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { name, keys, certificate };
}

async function makeLeaf(
  authority: Authority,
  subject: string,
  serialNumber: string,
  extensions: x509.Extension[],
): Promise<{ keys: webcrypto.CryptoKeyPair; certificate: x509.X509Certificate }> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: authority.name,
    ...validity(),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions,
  });
  return { keys, certificate };
}

async function revocationList(authority: Authority, serialNumbers: readonly string[]): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: authority.name,
    thisUpdate: new Date(Date.now() - DAY_MS),
    nextUpdate: new Date(Date.now() + DAY_MS),
    entries: serialNumbers.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date(Date.now() - 1000),
    })),
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
  });
  // The library labels it "CRL", OpenSSL reads "X509 CRL" only.
  return list.toString('pem').replace(/(BEGIN|END) CRL/g, '$1 X509 CRL');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}

function privatePem(keys: webcrypto.CryptoKeyPair, passphrase?: string): string {
  const options = { type: 'pkcs8', format: 'pem' } as const;
  const key = KeyObject.from(keys.privateKey);
  return passphrase === undefined
    ? key.export(options).toString()
    : key.export({ ...options, cipher: 'aes-256-cbc', passphrase }).toString();
}
