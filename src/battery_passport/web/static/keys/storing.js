// Keeps wrapped keys on this device, by address.
// In: records {format, address, byPassphrase, byPasskey?}. Out: the same, later.
const FORMAT = "bp-owner-key/v1";

export async function keep(record) {
  await inStore("readwrite", (store) => store.put(record));
}

export const kept = (address) => inStore("readonly", (store) => store.get(address.toLowerCase()));

export const recordOf = (address, byPassphrase, byPasskey) => ({
  format: FORMAT,
  address: address.toLowerCase(),
  byPassphrase,
  ...(byPasskey ? { byPasskey } : {}),
});

export function parseRecord(textual) {
  const record = JSON.parse(textual);
  if (record.format !== FORMAT || !/^0x[0-9a-f]{40}$/.test(record.address) || !record.byPassphrase) {
    throw new Error("no key file");
  }
  return record;
}

async function inStore(mode, act) {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("battery-passport-keys", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys", { keyPath: "address" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("keys", mode);
      const request = act(transaction.objectStore("keys"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
