/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message_v3.h"

#define VERSION_3 3
#define USER_MAX 32          /* RFC 3414 s.2.4: OCTET STRING (SIZE(0..32)) */
#define CONTEXT_MAX 255      /* RFC 3411 SnmpAdminString */

/* ---- writing ----------------------------------------------------------------- */

void
message_v3_put_scope(struct ber_writer *writer,
    struct usm_bytes context_engine_id, struct usm_bytes context_name,
    size_t mark)
{
	ber_put_octets(writer, BER_OCTETS, context_name.at, context_name.len);
	ber_put_octets(writer, BER_OCTETS, context_engine_id.at,
	    context_engine_id.len);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
}

/* UsmSecurityParameters inside their OCTET STRING. */
static uint8_t *
put_parameters(struct ber_writer *writer, const struct message_v3 *message)
{
	static const uint8_t zeros[USM_MAC_MAX];
	size_t mark = ber_written(writer);
	uint8_t *mac;

	ber_put_octets(writer, BER_OCTETS, message->salt.at,
	    message->salt.len);
	ber_put_bytes(writer, zeros, message->mac.len);
	mac = writer->at;
	ber_put_header(writer, BER_OCTETS, message->mac.len);
	ber_put_octets(writer, BER_OCTETS, message->user.at,
	    message->user.len);
	ber_put_integer(writer, BER_INTEGER, message->time);
	ber_put_integer(writer, BER_INTEGER, message->boots);
	ber_put_octets(writer, BER_OCTETS, message->engine_id.at,
	    message->engine_id.len);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
	ber_put_header_since(writer, BER_OCTETS, mark);
	return mac;
}

uint8_t *
message_v3_put(struct ber_writer *writer, const struct message_v3 *message,
    size_t mark)
{
	uint8_t *mac;
	size_t global;

	if (message->flags & MESSAGE_V3_PRIV) {
		ber_put_header_since(writer, BER_OCTETS, mark);
	}
	mac = put_parameters(writer, message);
	global = ber_written(writer);
	ber_put_integer(writer, BER_INTEGER, message->model);
	ber_put_octets(writer, BER_OCTETS, &message->flags, 1);
	ber_put_integer(writer, BER_INTEGER, message->max_size);
	ber_put_integer(writer, BER_INTEGER, message->id);
	ber_put_header_since(writer, BER_SEQUENCE, global);
	ber_put_integer(writer, BER_INTEGER, VERSION_3);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
	return mac;
}

/* ---- reading ----------------------------------------------------------------- */

/* INTEGER (0..2147483647), as all numbers of the header are. */
static int
take_u31(struct ber_reader *reader, uint32_t *ret_n)
{
	int64_t n;

	if (ber_take_integer(reader, &n) != 0 || n < 0 || n > INT32_MAX) {
		return COL_EPROTO;
	}
	*ret_n = (uint32_t)n;
	return 0;
}

static int
take_octets(struct ber_reader *reader, size_t max, struct usm_bytes *ret)
{
	struct ber_reader content;

	if (ber_take(reader, BER_OCTETS, &content) != 0 ||
	    ber_left(&content) > max) {
		return COL_EPROTO;
	}
	*ret = (struct usm_bytes){content.at, ber_left(&content)};
	return 0;
}

static int
take_global(struct ber_reader *reader, struct message_v3 *message)
{
	struct ber_reader global;
	struct usm_bytes flags;

	if (ber_take(reader, BER_SEQUENCE, &global) != 0 ||
	    take_u31(&global, &message->id) != 0 ||
	    take_u31(&global, &message->max_size) != 0 ||
	    take_octets(&global, 1, &flags) != 0 || flags.len != 1 ||
	    take_u31(&global, &message->model) != 0) {
		return COL_EPROTO;
	}
	message->flags = flags.at[0];
	return 0;
}

static int
take_parameters(struct ber_reader *reader, struct message_v3 *message)
{
	struct ber_reader outer, inner;

	if (ber_take(reader, BER_OCTETS, &outer) != 0 ||
	    ber_take(&outer, BER_SEQUENCE, &inner) != 0 ||
	    take_octets(&inner, MESSAGE_V3_ENGINE_ID_MAX,
	    &message->engine_id) != 0 ||
	    take_u31(&inner, &message->boots) != 0 ||
	    take_u31(&inner, &message->time) != 0 ||
	    take_octets(&inner, USER_MAX, &message->user) != 0 ||
	    take_octets(&inner, USM_MAC_MAX, &message->mac) != 0 ||
	    take_octets(&inner, USM_SALT_SIZE, &message->salt) != 0) {
		return COL_EPROTO;
	}
	return 0;
}

int
message_v3_read(const uint8_t *bytes, size_t size,
    struct message_v3 *ret_message)
{
	struct ber_reader all = ber_reader(bytes, size), reader;
	struct message_v3 message;
	uint32_t version;

	if (ber_take(&all, BER_SEQUENCE, &reader) != 0 ||
	    take_u31(&reader, &version) != 0 || version != VERSION_3 ||
	    take_global(&reader, &message) != 0 ||
	    message.model != MESSAGE_V3_MODEL_USM ||
	    take_parameters(&reader, &message) != 0) {
		return COL_EPROTO;
	}
	message.whole = (struct usm_bytes){bytes, (size_t)(all.at - bytes)};
	message.data = (struct usm_bytes){reader.at, ber_left(&reader)};
	if ((message.flags & MESSAGE_V3_PRIV) &&
	    take_octets(&reader, SIZE_MAX, &message.data) != 0) {
		return COL_EPROTO;
	}
	*ret_message = message;
	return 0;
}

int
message_v3_read_scope(const uint8_t *bytes, size_t size,
    struct message_v3_scope *ret_scope)
{
	struct ber_reader all = ber_reader(bytes, size);
	struct message_v3_scope scope;

	if (ber_take(&all, BER_SEQUENCE, &scope.pdu) != 0 ||
	    take_octets(&scope.pdu, MESSAGE_V3_ENGINE_ID_MAX,
	    &scope.context_engine_id) != 0 ||
	    take_octets(&scope.pdu, CONTEXT_MAX, &scope.context_name) != 0) {
		return COL_EPROTO;
	}
	*ret_scope = scope;
	return 0;
}
