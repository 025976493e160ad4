#ifndef SEALROOM_SRTP3_ON_SRTP2_H
#define SEALROOM_SRTP3_ON_SRTP2_H

// The part of the libsrtp 3 API that the worker calls, on top of the libsrtp 2 that distributions package
// (2.5 in Debian 12 and Ubuntu 24.04, 2.7 in Debian 13). Functions of the same name differ in their
// parameters only, so they are overloads of the C functions.

// The public struct of libsrtp 2 has the name of the opaque policy of libsrtp 3.
#define srtp_policy_t sealroom_srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <openssl/crypto.h>

// Macros and not constants, so that a libsrtp 2 that has grown these names does not clash.
#define srtp_err_status_buffer_small static_cast<srtp_err_status_t>(28)
#define srtp_err_status_cryptex_err static_cast<srtp_err_status_t>(29)

struct sealroom_srtp_policy
{
	sealroom_srtp2_policy_t policy;
	// Master key followed by master salt, as libsrtp 2 takes them.
	unsigned char key[SRTP_MAX_KEY_LEN];
};

using srtp_policy_t = sealroom_srtp_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* out)
{
	auto* created = new (std::nothrow) sealroom_srtp_policy;

	if (created == nullptr)
	{
		return srtp_err_status_alloc_fail;
	}

	std::memset(static_cast<void*>(created), 0, sizeof(*created));
	*out = created;

	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t self)
{
	if (self == nullptr)
	{
		return;
	}

	OPENSSL_cleanse(self, sizeof(*self));
	delete self;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t self, srtp_ssrc_t ssrc)
{
	self->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t self, srtp_profile_t profile)
{
	const srtp_err_status_t err = srtp_crypto_policy_set_from_profile_for_rtp(&self->policy.rtp, profile);

	if (err != srtp_err_status_ok)
	{
		return err;
	}

	return srtp_crypto_policy_set_from_profile_for_rtcp(&self->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t self,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	// One key, no MKI: all that the worker asks for.
	if (
	  self->policy.key != nullptr || mkiLen != 0 || keyLen > sizeof(self->key) ||
	  saltLen > sizeof(self->key) - keyLen)
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(self->key, key, keyLen);
	std::memcpy(self->key + keyLen, salt, saltLen);
	self->policy.key = self->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t self, bool allow)
{
	self->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t self, size_t size)
{
	self->policy.window_size = static_cast<unsigned long>(size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	// A session without a key would send in the clear.
	if (policy == nullptr || policy->policy.key == nullptr)
	{
		return srtp_err_status_bad_param;
	}

	return ::srtp_create(session, static_cast<const sealroom_srtp2_policy_t*>(&policy->policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrcNetworkOrder)
{
	return ::srtp_remove_stream(session, ssrcNetworkOrder);
}

namespace sealroom::srtp
{
	using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// libsrtp 2 works in place and takes no capacity, so the room for what it may append is checked first.
	inline srtp_err_status_t Run(
	  InPlace operation,
	  srtp_t session,
	  const uint8_t* in,
	  size_t inLen,
	  uint8_t* out,
	  size_t* outLen,
	  size_t maxGrowth)
	{
		if (inLen > static_cast<size_t>(INT_MAX) - maxGrowth)
		{
			return srtp_err_status_bad_param;
		}

		if (*outLen < inLen + maxGrowth)
		{
			return srtp_err_status_buffer_small;
		}

		if (out != in)
		{
			std::memmove(out, in, inLen);
		}

		int len = static_cast<int>(inLen);

		const srtp_err_status_t err = operation(session, out, &len);

		if (err == srtp_err_status_ok)
		{
			*outLen = static_cast<size_t>(len);
		}

		return err;
	}
} // namespace sealroom::srtp

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	return sealroom::srtp::Run(
	  static_cast<sealroom::srtp::InPlace>(::srtp_protect), session, rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return sealroom::srtp::Run(
	  static_cast<sealroom::srtp::InPlace>(::srtp_unprotect), session, srtp, srtpLen, rtp, rtpLen, 0);
}

// SRTCP appends four bytes (E flag and index) besides the tag.
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	return sealroom::srtp::Run(
	  static_cast<sealroom::srtp::InPlace>(::srtp_protect_rtcp), session, rtcp, rtcpLen, srtcp, srtcpLen,
	  SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return sealroom::srtp::Run(
	  static_cast<sealroom::srtp::InPlace>(::srtp_unprotect_rtcp), session, srtcp, srtcpLen, rtcp, rtcpLen, 0);
}

#endif
