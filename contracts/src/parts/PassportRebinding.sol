// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approval} from "./IConsortium.sol";
import {PassportBook, Token} from "./PassportBook.sol";

/// @title Re-binding of lost keys
/// @notice Enough members propose a new address for a holder or responsible operator who lost its
/// key. The old key can object until a delay is over; any other use of it counts as an objection.
/// After the delay anybody may carry the re-binding out.
abstract contract PassportRebinding is PassportBook {
    /// @notice What members and the new address sign.
    /// @param key Salted key of the passport.
    /// @param responsibility True to re-bind the responsible operator, false for the holder.
    /// @param from The present address, whose key is lost.
    /// @param to The new address.
    /// @param proposal Number of the proposal for this passport and side, counted from 0.
    /// @param deadline Last second in which the signatures count.
    struct Rebinding {
        bytes32 key;
        bool responsibility;
        address from;
        address to;
        uint256 proposal;
        uint256 deadline;
    }

    /// @notice A proposal that waits for its delay to end.
    /// @param to The new address; zero if nothing is proposed.
    /// @param readyAt First second in which it may be carried out.
    /// @param nonce The old key's nonce when it was proposed.
    struct Pending {
        address to;
        uint48 readyAt;
        uint48 nonce;
    }

    bytes32 private constant _REBINDING = keccak256(
        "Rebinding(bytes32 key,bool responsibility,address from,address to,uint256 proposal,uint256 deadline)"
    );
    bytes32 private constant _OBJECTION = keccak256(
        "Objection(bytes32 key,bool responsibility,uint256 proposal,uint256 deadline)"
    );

    /// @notice How long, in seconds, the old key can object.
    uint256 public immutable rebindingDelay;

    mapping(bytes32 key => mapping(bool responsibility => uint256 count)) private _proposals;
    mapping(bytes32 key => mapping(bool responsibility => Pending pending)) private _pending;

    /// @notice Members proposed a new address.
    /// @param key Salted key of the passport.
    /// @param from The present address.
    /// @param to The new address.
    /// @param responsibility True for the responsible operator, false for the holder.
    /// @param proposal Number of the proposal for this passport and side.
    /// @param readyAt First second in which it may be carried out.
    event RebindingProposed(
        bytes32 indexed key,
        address indexed from,
        address indexed to,
        bool responsibility,
        uint256 proposal,
        uint256 readyAt
    );

    /// @notice The old key objected: nothing changes.
    /// @param key Salted key of the passport.
    /// @param by The old key's address.
    /// @param responsibility True for the responsible operator, false for the holder.
    /// @param proposal Number of the proposal for this passport and side.
    event RebindingObjected(
        bytes32 indexed key,
        address indexed by,
        bool responsibility,
        uint256 proposal
    );

    /// @notice A new address took the place of a lost one.
    /// @param key Salted key of the passport.
    /// @param from The old address.
    /// @param to The new address.
    /// @param responsibility True for the responsible operator, false for the holder.
    event Rebound(
        bytes32 indexed key,
        address indexed from,
        address indexed to,
        bool responsibility
    );

    /// @notice Another proposal for the same passport still waits.
    error PassportRegistryRebindingPending(bytes32 key);

    /// @notice Nothing is proposed, or the old key was used since.
    error PassportRegistryNoRebinding(bytes32 key);

    /// @notice The delay is not over.
    error PassportRegistryRebindingTooEarly(uint256 readyAt);

    /// @notice The new address is the present one, or zero.
    error PassportRegistryBadRebinding(address to);

    /// @dev Fixes the delay.
    constructor(uint256 rebindingDelay_) {
        rebindingDelay = rebindingDelay_;
    }

    /// @notice Proposes a new address for a lost key.
    /// @param rebinding What members and the new address signed.
    /// @param ofNew The new address's signature, which shows that its key is there.
    /// @param approvals Signatures of enough members under the same, ascending by address.
    function proposeRebinding(
        Rebinding calldata rebinding,
        bytes calldata ofNew,
        Approval[] calldata approvals
    ) external whileCurrent {
        Token storage token = _living(rebinding.key);
        (address present, uint48 nonce) = _side(token, rebinding.responsibility);
        if (rebinding.from != present) {
            revert PassportRegistryNotThePresent(present, rebinding.from);
        }
        if (rebinding.to == present || rebinding.to == address(0)) {
            revert PassportRegistryBadRebinding(rebinding.to);
        }
        Pending storage pending = _pending[rebinding.key][rebinding.responsibility];
        if (pending.to != address(0) && pending.nonce == nonce) {
            revert PassportRegistryRebindingPending(rebinding.key);
        }
        _requireInTime(rebinding.deadline);
        _requireNonce(
            _proposals[rebinding.key][rebinding.responsibility], rebinding.proposal
        );
        bytes32 message = keccak256(abi.encode(_REBINDING, rebinding));
        _requireSigned(rebinding.to, message, ofNew);
        _requireApproved(_hashTypedDataV4(message), approvals);
        _proposals[rebinding.key][rebinding.responsibility] = rebinding.proposal + 1;
        uint256 readyAt = block.timestamp + rebindingDelay;
        pending.to = rebinding.to;
        pending.readyAt = uint48(readyAt);
        pending.nonce = nonce;
        emit RebindingProposed(
            rebinding.key,
            present,
            rebinding.to,
            rebinding.responsibility,
            rebinding.proposal,
            readyAt
        );
    }

    /// @notice Stops a proposal: the old key is not lost.
    /// @param key Salted key of the passport.
    /// @param responsibility True for the responsible operator, false for the holder.
    /// @param deadline Last second in which the signature counts.
    /// @param signature The old key's, under `Objection` with the proposal's number.
    function objectToRebinding(
        bytes32 key,
        bool responsibility,
        uint256 deadline,
        bytes calldata signature
    ) external whileCurrent {
        Token storage token = _living(key);
        _requirePending(token, key, responsibility);
        (address present,) = _side(token, responsibility);
        uint256 proposal = _proposals[key][responsibility] - 1;
        _requireInTime(deadline);
        bytes32 message =
            keccak256(abi.encode(_OBJECTION, key, responsibility, proposal, deadline));
        _requireSigned(present, message, signature);
        delete _pending[key][responsibility];
        emit RebindingObjected(key, present, responsibility, proposal);
    }

    /// @notice Carries a proposal out after its delay; anybody may.
    /// @param key Salted key of the passport.
    /// @param responsibility True for the responsible operator, false for the holder.
    function rebind(bytes32 key, bool responsibility) external whileCurrent {
        Token storage token = _living(key);
        Pending memory pending = _requirePending(token, key, responsibility);
        if (block.timestamp < pending.readyAt) {
            revert PassportRegistryRebindingTooEarly(pending.readyAt);
        }
        (address present,) = _side(token, responsibility);
        delete _pending[key][responsibility];
        if (responsibility) {
            token.responsible = pending.to;
            token.responsibleNonce += 1;
        } else {
            token.holder = pending.to;
            token.nonce += 1;
        }
        emit Rebound(key, present, pending.to, responsibility);
    }

    /// @notice Gives the proposal that waits, if the old key was not used since.
    /// @param key Salted key of the passport.
    /// @param responsibility True for the responsible operator, false for the holder.
    /// @return The proposal; all zero if there is none.
    /// @return next Number that the next proposal for this passport and side must bear.
    function rebindingOf(bytes32 key, bool responsibility)
        external
        view
        returns (Pending memory, uint256 next)
    {
        Pending memory pending = _pending[key][responsibility];
        (, uint48 nonce) = _side(_tokens[key], responsibility);
        if (pending.nonce != nonce) delete pending;
        return (pending, _proposals[key][responsibility]);
    }

    /// @dev Gives a waiting proposal, or reverts.
    function _requirePending(Token storage token, bytes32 key, bool responsibility)
        private
        view
        returns (Pending memory pending)
    {
        pending = _pending[key][responsibility];
        (, uint48 nonce) = _side(token, responsibility);
        if (pending.to == address(0) || pending.nonce != nonce) {
            revert PassportRegistryNoRebinding(key);
        }
    }

    /// @dev Gives the present address of a side and its nonce.
    function _side(Token storage token, bool responsibility)
        private
        view
        returns (address present, uint48 nonce)
    {
        if (responsibility) return (token.responsible, token.responsibleNonce);
        return (token.holder, token.nonce);
    }
}
