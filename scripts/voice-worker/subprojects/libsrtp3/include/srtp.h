// Those calls of libsrtp 3 that the worker makes, by libsrtp 2. Two things differ:
// - A policy is an object behind a pointer, filled by setters, and holds a copy of the key. In libsrtp 2 it is an open
//   struct that points to the caller's key.
// - Packets go from one buffer to another, with the capacity of the other checked. libsrtp 2 works in place and trusts
//   that there is room for what it adds.
#pragma once

// libsrtp 3 gives this name to the pointer; libsrtp 2's struct has to make way.
#define srtp_policy_t srtp_v2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Two errors that libsrtp 2 does not know. Macros, so that a later libsrtp 2 which names them does not clash.
#define srtp_err_status_buffer_small (static_cast<srtp_err_status_t>(28))
#define srtp_err_status_cryptex_err (static_cast<srtp_err_status_t>(29))

struct SrtpPolicyWithKey
{
  srtp_v2_policy_t v2;
  // The master key, and after it the master salt: libsrtp 2 wants both in one piece.
  unsigned char key[SRTP_MAX_KEY_LEN];
};

using srtp_policy_t = SrtpPolicyWithKey*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
  *policy = new (std::nothrow) SrtpPolicyWithKey();

  if (*policy == nullptr)
  {
    return srtp_err_status_alloc_fail;
  }

  (*policy)->v2.key = (*policy)->key;

  return srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
  if (policy == nullptr)
  {
    return;
  }

  // Volatile, or the compiler leaves out writes to memory that is given back at once.
  volatile unsigned char* key = policy->key;

  for (size_t i = 0; i < sizeof(policy->key); ++i)
  {
    key[i] = 0;
  }

  delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
  policy->v2.ssrc = ssrc;

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
  const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);

  if (status != srtp_err_status_ok)
  {
    return status;
  }

  return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
  // The worker uses one key a session, so none has an identifier (MKI).
  if (mkiLen != 0 || keyLen > sizeof(policy->key) || saltLen > sizeof(policy->key) - keyLen)
  {
    return srtp_err_status_bad_param;
  }

  std::memcpy(policy->key, key, keyLen);
  std::memcpy(policy->key + keyLen, salt, saltLen);

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
  policy->v2.allow_repeat_tx = allow ? 1 : 0;

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t windowSize)
{
  policy->v2.window_size = windowSize;

  return srtp_err_status_ok;
}

// The session keeps no pointer into the policy: libsrtp 2 derives its own keys here.
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
  return srtp_create(session, &policy->v2);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
  return srtp_remove_stream(session, ssrc);
}

namespace srtp_over_v2
{
using InPlace = srtp_err_status_t (*)(srtp_t session, void* packet, int* len);

// `growth` is the most that the call may append.
inline srtp_err_status_t transform(
  InPlace call, size_t growth, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
  if (inLen > *outLen || growth > *outLen - inLen)
  {
    return srtp_err_status_buffer_small;
  }

  if (in != out)
  {
    std::memmove(out, in, inLen);
  }

  // A packet is shorter than 64 KiB.
  int len           = static_cast<int>(inLen);
  const auto status = call(session, out, &len);

  *outLen = static_cast<size_t>(len);

  return status;
}
} // namespace srtp_over_v2

// The casts pick libsrtp 2's function out of the two of each name.

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
  const auto call = static_cast<srtp_over_v2::InPlace>(srtp_protect);

  return srtp_over_v2::transform(call, SRTP_MAX_TRAILER_LEN, session, rtp, rtpLen, srtp, srtpLen);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
  const auto call = static_cast<srtp_over_v2::InPlace>(srtp_protect_rtcp);
  // SRTCP carries its index too.
  constexpr size_t Growth = SRTP_MAX_TRAILER_LEN + sizeof(uint32_t);

  return srtp_over_v2::transform(call, Growth, session, rtcp, rtcpLen, srtcp, srtcpLen);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
  const auto call = static_cast<srtp_over_v2::InPlace>(srtp_unprotect);

  return srtp_over_v2::transform(call, 0, session, srtp, srtpLen, rtp, rtpLen);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
  const auto call = static_cast<srtp_over_v2::InPlace>(srtp_unprotect_rtcp);

  return srtp_over_v2::transform(call, 0, session, srtcp, srtcpLen, rtcp, rtcpLen);
}
