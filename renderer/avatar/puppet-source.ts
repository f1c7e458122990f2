import { parsePuppet, type PuppetFile, type PuppetLayer } from '#shared/avatar/puppet-format.ts';
import { puppetUrl, type PuppetId } from '#shared/avatar/puppets.ts';

/** How a puppet moves, and its drawings. */
export interface PuppetSource {
  readonly file: PuppetFile;
  /** The picture of one layer at `scale` pixels a unit. Rejects when it cannot be drawn. */
  draw(layer: PuppetLayer, scale: number): Promise<ImageBitmap>;
}

/** A puppet as fetched, in the page: an SVG can only be read and drawn where there is a document. */
export interface PuppetDrawings {
  readonly file: PuppetFile;
  draw(layerId: string, scale: number): Promise<ImageBitmap>;
}

/** Fetches a puppet. Throws when it is not there or cannot be read. */
export async function openDrawings(id: PuppetId, base: string, signal: AbortSignal): Promise<PuppetDrawings> {
  const [file, svg] = await Promise.all([
    fetchText(puppetUrl(id, 'puppet.json', base), signal).then((text) => parsePuppet(JSON.parse(text))),
    fetchText(puppetUrl(id, 'puppet.svg', base), signal),
  ]);
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const filters = drawing.querySelector('svg > defs');
  const serializer = new XMLSerializer();
  const shared = filters === null ? '' : serializer.serializeToString(filters);
  return {
    file,
    async draw(layerId, scale) {
      const layer = file.layers.find((candidate) => candidate.id === layerId);
      const group = drawing.getElementById(layerId);
      if (layer === undefined || group === null) {
        throw new Error(`The puppet ${file.id} has no drawing for its layer ${layerId}.`);
      }
      const [x, y, width, height] = layer.box;
      const pixelWidth = Math.max(1, Math.ceil(width * scale));
      const pixelHeight = Math.max(1, Math.ceil(height * scale));
      const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${pixelWidth}" height="${pixelHeight}" viewBox="${x} ${y} ${width} ${height}" preserveAspectRatio="none">${shared}${serializer.serializeToString(group)}</svg>`;
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
      await image.decode();
      return createImageBitmap(image, 0, 0, pixelWidth, pixelHeight);
    },
  };
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response.text();
}
