// One worker of a page: holds the kit and answers requests one after the other.
import { kit } from './loader.js';

let files = {}, ready;

/** The bytes of a file beside the module, fetched where it is first read; null if the site has none. */
function file(name) {
  if (!(name in files)) return null;
  const request = new XMLHttpRequest();
  request.open('GET', new URL('files' + name, import.meta.url), false);
  request.responseType = 'arraybuffer';
  request.send();
  return request.status === 200 ? new Uint8Array(request.response) : null;
}

onmessage = async ({ data }) => {
  try {
    if (data.module) {
      files = data.files;
      ready = kit(data.module, file);
      await ready;
    } else {
      postMessage({ ticket: data.ticket, ...(await ready).call(...data.parts) });
    }
  } catch (thrown) {
    postMessage({ ticket: data.ticket, code: 3, parts: [String(thrown)] });
  }
};
