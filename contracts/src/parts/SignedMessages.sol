// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Checks of EIP-712 messages
/// @notice A message counts in one contract on one chain, until its deadline, under one signature.
/// @dev Signatures are those of keys (low s only) or of smart accounts by EIP-1271.
abstract contract SignedMessages is EIP712 {
    /// @notice The message's deadline, in seconds since 1970, lies behind.
    error SignedMessagesExpired(uint256 deadline);

    /// @notice The message's nonce is not the one that is next.
    error SignedMessagesWrongNonce(uint256 expected, uint256 given);

    /// @notice The signature is not that of the signer under this very message.
    error SignedMessagesWrongSignature(address signer);

    /// @dev Reverts unless the deadline lies ahead or is now.
    function _requireInTime(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert SignedMessagesExpired(deadline);
    }

    /// @dev Reverts unless the nonce is the expected one.
    function _requireNonce(uint256 expected, uint256 given) internal pure {
        if (expected != given) revert SignedMessagesWrongNonce(expected, given);
    }

    /// @dev Reverts unless `signer` signed the message of that struct hash.
    function _requireSigned(address signer, bytes32 structHash, bytes calldata signature)
        internal
        view
    {
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert SignedMessagesWrongSignature(signer);
        }
    }
}
