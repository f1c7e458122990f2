/** What an Electron page and its preload say to each other, once per connection: the whole of what the preload does. */
export const PORT_REQUEST = 'tomoshibi:port-please';
export const PORT_ANSWER = 'tomoshibi:port';
