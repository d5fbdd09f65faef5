/** Why a request cannot be read at all, in our own words: the codes are part of the API, whatever framework is below. */
const UNREADABLE = {
  json_invalid: { status: 400, detail: 'the body is not valid JSON; mend its syntax' },
  body_not_utf8: {
    status: 400,
    detail: 'the body is not UTF-8, so letters would be lost; JSON is always sent as UTF-8, whatever its charset says',
  },
  body_empty: {
    status: 400,
    detail: 'Content-Type says JSON, and the body is empty; send {} or leave Content-Type out',
  },
  field_forbidden: { status: 400, detail: 'no field may be named __proto__ or constructor.prototype; leave it out' },
  media_type_unsupported: { status: 415, detail: 'send the body as JSON, with Content-Type: application/json' },
  content_coding_unsupported: { status: 415, detail: 'send the body uncompressed, without Content-Encoding' },
  body_too_large: { status: 413, detail: 'the body is larger than 1 MiB; send less at once' },
  content_length_wrong: { status: 400, detail: 'Content-Length is not the length of the body; mend or leave it out' },
  expectation_unknown: { status: 417, detail: 'nothing but 100-continue can be expected; leave the Expect header out' },
  transfer_coding_unsupported: {
    status: 400,
    detail: 'no transfer coding but chunked is known; send the body without',
  },
  host_unclear: { status: 400, detail: 'a request has one Host header; send it, and send it once' },
  url_invalid: { status: 400, detail: 'the URL is not well encoded; write a % that stands for itself as %25' },
  url_too_long: { status: 414, detail: 'a part of the path is too long to be an id; check the URL' },
  headers_too_large: { status: 431, detail: 'the URL and the headers together are too long; shorten them' },
  request_too_slow: { status: 408, detail: 'the request did not arrive in time; send it again' },
  request_unreadable: { status: 400, detail: 'the request cannot be read; check how it is sent' },
} as const satisfies Record<string, { status: number; detail: string }>;

export type UnreadableCode = keyof typeof UNREADABLE;

const CODES: Record<string, UnreadableCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'json_invalid',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_empty',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'content_length_wrong',
  FST_ERR_BAD_URL: 'url_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
};

/** Our code for a framework's; a plain `request_unreadable` for one that we do not know. */
export const unreadableCode = (code: string | undefined): UnreadableCode => CODES[code ?? ''] ?? 'request_unreadable';

/** What is answered under a code, with the remedy. */
export const unreadable = (code: UnreadableCode) => ({
  ...UNREADABLE[code],
  title: 'The request cannot be read',
  code,
});
