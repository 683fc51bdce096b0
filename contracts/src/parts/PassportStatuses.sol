// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PassportIssuing} from "./PassportIssuing.sol";
import {PassportTransfers} from "./PassportTransfers.sol";
import {Status, Token} from "./PassportBook.sol";

/// @title Changes of status, and revocation
/// @notice Whoever holds the battery and whoever records the change sign the same message.
/// @dev A second life is no change of status: it begins a new passport, see `register`.
abstract contract PassportStatuses is PassportIssuing, PassportTransfers {
    /// @notice A change of status that holder and recording operator sign.
    /// @param key Salted key of the passport.
    /// @param from The present status.
    /// @param to The next one.
    /// @param holder The present holder.
    /// @param actor Who records it, in the role that the table asks for.
    /// @param takesResponsibility True if the actor answers for the battery from now on.
    /// @param evidence Salted digest of what it rests on, or zero.
    /// @param nonce The token's nonce.
    /// @param deadline Last second in which the signatures count.
    struct StatusChange {
        bytes32 key;
        Status from;
        Status to;
        address holder;
        address actor;
        bool takesResponsibility;
        bytes32 evidence;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice The issuer withdraws a passport.
    /// @param key Its salted key.
    /// @param reason Salted digest of the reason, or zero.
    /// @param deadline Last second in which the signature counts.
    struct Revocation {
        bytes32 key;
        bytes32 reason;
        uint256 deadline;
    }

    bytes32 private constant _STATUS_CHANGE = keccak256(
        "StatusChange(bytes32 key,uint8 from,uint8 to,address holder,address actor,bool takesResponsibility,bytes32 evidence,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _REVOCATION =
        keccak256("Revocation(bytes32 key,bytes32 reason,uint256 deadline)");

    /// @notice A battery's status changed.
    /// @param key Salted key of its passport.
    /// @param actor Who recorded it.
    /// @param from The status before.
    /// @param to The status now.
    /// @param evidence Salted digest of what it rests on, or zero.
    event StatusSet(
        bytes32 indexed key,
        address indexed actor,
        Status from,
        Status to,
        bytes32 evidence
    );

    /// @notice The issuer withdrew a passport.
    /// @param key Its salted key.
    /// @param issuer Who issued it.
    /// @param reason Salted digest of the reason, or zero.
    event Revoked(bytes32 indexed key, address indexed issuer, bytes32 reason);

    /// @notice The battery does not have the status that the message begins from.
    error PassportRegistryWrongStatus(Status present, Status given);

    /// @notice The table has no such change of status.
    error PassportRegistryNoSuchChange(Status from, Status to);

    /// @notice The passport was withdrawn before.
    error PassportRegistryAlreadyRevoked(bytes32 key);

    /// @notice Changes a battery's status.
    /// @param change What holder and actor signed.
    /// @param ofHolder The holder's signature, under `StatusChange`.
    /// @param ofActor The actor's signature under the same.
    function setStatus(
        StatusChange calldata change,
        bytes calldata ofHolder,
        bytes calldata ofActor
    ) external whileCurrent {
        Token storage token = _living(change.key);
        if (change.from != token.status) {
            revert PassportRegistryWrongStatus(token.status, change.from);
        }
        bytes32 role = _recordingRole(change.from, change.to);
        if (role == bytes32(0)) revert PassportRegistryNoSuchChange(change.from, change.to);
        if (change.holder != token.holder) {
            revert PassportRegistryNotThePresent(token.holder, change.holder);
        }
        _requireInTime(change.deadline);
        _requireNonce(token.nonce, change.nonce);
        _requireRole(role, change.actor);
        bytes32 message = keccak256(abi.encode(_STATUS_CHANGE, change));
        _requireSigned(change.holder, message, ofHolder);
        _requireSigned(change.actor, message, ofActor);
        token.nonce += 1;
        token.status = change.to;
        emit StatusSet(change.key, change.actor, change.from, change.to, change.evidence);
        if (change.takesResponsibility && change.actor != token.responsible) {
            _takeResponsibility(change.key, change.actor);
        }
    }

    /// @notice Marks a passport as withdrawn by its issuer. Ownership, responsibility and status
    /// move on as before: a withdrawn passport warns its readers and holds nobody back.
    /// @param revocation What the issuer signed.
    /// @param signature The issuer's, under `Revocation`.
    function revoke(Revocation calldata revocation, bytes calldata signature)
        external
        whileCurrent
    {
        Token storage token = _tokens[revocation.key];
        if (token.status == Status.None) revert PassportRegistryUnknown(revocation.key);
        if (token.revoked) revert PassportRegistryAlreadyRevoked(revocation.key);
        address issuer = _issuerOf(token);
        _requireInTime(revocation.deadline);
        _requireRole(ISSUER, issuer);
        _requireSigned(issuer, keccak256(abi.encode(_REVOCATION, revocation)), signature);
        token.revoked = true;
        emit Revoked(revocation.key, issuer, revocation.reason);
    }

    /// @dev Names the role that records a change of status; zero if there is no such change.
    /// Source: Regulation (EU) 2023/1542, Annex XIII 4(c), Art. 77(7) and (8).
    function _recordingRole(Status from, Status to) private pure returns (bytes32) {
        if (from == Status.Waste) return to == Status.Recycled ? RECYCLER : bytes32(0);
        return to == Status.Waste ? WASTE_OPERATOR : bytes32(0);
    }
}
