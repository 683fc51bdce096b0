// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PassportBook, Token} from "./PassportBook.sol";

/// @title Transfers of ownership and of responsibility
/// @notice Each moves only by the signatures of both sides under one and the same message. Whoever
/// carries the message to the chain has no say, unless both sides named it as the only one who may.
abstract contract PassportTransfers is PassportBook {
    /// @notice A transfer that both sides sign.
    /// @param key Salted key of the passport.
    /// @param from Who gives: the present holder, or the present responsible operator.
    /// @param to Who takes.
    /// @param executor The only account that may carry it out; zero for anybody.
    /// @param nonce The token's nonce, or its nonce for responsibility.
    /// @param deadline Last second in which the signatures count.
    struct Transfer {
        bytes32 key;
        address from;
        address to;
        address executor;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice A signer's word that nothing it signed so far shall count.
    /// @param key Salted key of the passport.
    /// @param signer The present holder, or the present responsible operator.
    /// @param responsibility True for what the responsible operator signed.
    /// @param nonce The nonce that is used up.
    /// @param deadline Last second in which the signature counts.
    struct Cancellation {
        bytes32 key;
        address signer;
        bool responsibility;
        uint256 nonce;
        uint256 deadline;
    }

    bytes32 private constant _OWNERSHIP = keccak256(
        "OwnershipTransfer(bytes32 key,address from,address to,address executor,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _RESPONSIBILITY = keccak256(
        "ResponsibilityTransfer(bytes32 key,address from,address to,address executor,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _CANCELLATION = keccak256(
        "Cancellation(bytes32 key,address signer,bool responsibility,uint256 nonce,uint256 deadline)"
    );

    /// @notice A battery got another owner.
    /// @param key Salted key of its passport.
    /// @param from Who owned it.
    /// @param to Who owns it.
    event Transferred(bytes32 indexed key, address indexed from, address indexed to);

    /// @notice Another operator answers for a battery.
    /// @param key Salted key of its passport.
    /// @param from Who answered.
    /// @param to Who answers.
    event ResponsibilityTransferred(
        bytes32 indexed key,
        address indexed from,
        address indexed to
    );

    /// @notice What was signed under this nonce and not carried out does not count any more.
    /// @param key Salted key of the passport.
    /// @param signer Who withdrew its word.
    /// @param responsibility True for what the responsible operator signed.
    /// @param nonce The nonce that is used up.
    event Cancelled(
        bytes32 indexed key,
        address indexed signer,
        bool responsibility,
        uint256 nonce
    );

    /// @notice Both sides are the same, or the taking side is zero: nothing would move.
    error PassportRegistrySameSides(address side);

    /// @notice Both sides named another as the only one who may carry this out.
    error PassportRegistryWrongExecutor(address executor, address sender);

    /// @notice Moves ownership; both sides signed `OwnershipTransfer`.
    /// @param move The transfer.
    /// @param giving Signature of `from`.
    /// @param taking Signature of `to`.
    function transfer(Transfer calldata move, bytes calldata giving, bytes calldata taking)
        external
        whileCurrent
    {
        Token storage token = _living(move.key);
        _requireBoth(move, token.holder, token.nonce, _OWNERSHIP, giving, taking);
        token.nonce += 1;
        token.holder = move.to;
        emit Transferred(move.key, move.from, move.to);
    }

    /// @notice Moves responsibility; both sides signed `ResponsibilityTransfer`.
    /// @param move The transfer.
    /// @param giving Signature of `from`.
    /// @param taking Signature of `to`, which must have the role of a responsible operator.
    function transferResponsibility(
        Transfer calldata move,
        bytes calldata giving,
        bytes calldata taking
    ) external whileCurrent {
        Token storage token = _living(move.key);
        _requireRole(RESPONSIBLE_OPERATOR, move.to);
        _requireBoth(
            move, token.responsible, token.responsibleNonce, _RESPONSIBILITY, giving, taking
        );
        _takeResponsibility(move.key, move.to);
    }

    /// @notice Makes worthless what one side signed and nobody carried out yet.
    /// @param cancellation What is withdrawn.
    /// @param signature The signer's, under `Cancellation`.
    function cancel(Cancellation calldata cancellation, bytes calldata signature)
        external
        whileCurrent
    {
        Token storage token = _living(cancellation.key);
        bool duty = cancellation.responsibility;
        address present = duty ? token.responsible : token.holder;
        if (cancellation.signer != present) {
            revert PassportRegistryNotThePresent(present, cancellation.signer);
        }
        _requireInTime(cancellation.deadline);
        _requireNonce(duty ? token.responsibleNonce : token.nonce, cancellation.nonce);
        bytes32 message = keccak256(abi.encode(_CANCELLATION, cancellation));
        _requireSigned(present, message, signature);
        if (duty) token.responsibleNonce += 1;
        else token.nonce += 1;
        emit Cancelled(cancellation.key, present, duty, cancellation.nonce);
    }

    /// @dev Whatever the former responsible operator signed does not count any more.
    function _takeResponsibility(bytes32 key, address to) internal {
        Token storage token = _tokens[key];
        address from = token.responsible;
        token.responsibleNonce += 1;
        token.responsible = to;
        emit ResponsibilityTransferred(key, from, to);
    }

    /// @dev Reverts unless both sides signed this move and it may be carried out here and now.
    function _requireBoth(
        Transfer calldata move,
        address present,
        uint256 nonce,
        bytes32 kind,
        bytes calldata giving,
        bytes calldata taking
    ) private view {
        if (move.from != present) revert PassportRegistryNotThePresent(present, move.from);
        if (move.to == move.from || move.to == address(0)) {
            revert PassportRegistrySameSides(move.to);
        }
        if (move.executor != address(0) && move.executor != msg.sender) {
            revert PassportRegistryWrongExecutor(move.executor, msg.sender);
        }
        _requireInTime(move.deadline);
        _requireNonce(nonce, move.nonce);
        bytes32 message = keccak256(abi.encode(kind, move));
        _requireSigned(move.from, message, giving);
        _requireSigned(move.to, message, taking);
    }
}
