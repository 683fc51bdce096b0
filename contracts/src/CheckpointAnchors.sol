// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Approval, IConsortium} from "./parts/IConsortium.sol";
import {IAnchors} from "./parts/IAnchors.sol";
import {Migration} from "./parts/Migration.sol";

/// @title Anchors of transparency-log checkpoints
/// @notice Keeps, for each log, the roots of its growing tree, every one naming the root before it.
/// @dev A log is known by the SHA-256 of its origin. The consortium says log by log who may anchor.
/// Nothing can be changed or removed. A log that was anchored in an earlier contract goes on here:
/// its first anchor here takes the number after, and names the root of, the newest one there, and
/// earlier anchors are read through.
contract CheckpointAnchors is IAnchors, Migration {
    /// @dev The anchors of one log: `earlier` of them lie in the earlier contract.
    struct Log {
        uint256 earlier;
        Anchor[] own;
    }

    /// @notice Who says which account may anchor which log.
    IConsortium public immutable consortium;

    /// @notice The contract before this one; zero if this is the first.
    IAnchors public immutable predecessor;

    mapping(bytes32 originHash => Log log) private _logs;

    /// @notice A root was anchored.
    /// @param originHash SHA-256 of the log's origin.
    /// @param size Number of entries under the root.
    /// @param root The root.
    /// @param previousRoot Root of the anchor before; zero for the first.
    /// @param anchorNumber Number of the anchor within its log, counted from 0.
    event Anchored(
        bytes32 indexed originHash,
        uint64 size,
        bytes32 root,
        bytes32 previousRoot,
        uint256 anchorNumber
    );

    /// @notice The same size and root are the log's newest anchor already.
    error CheckpointAnchorsAlreadyAnchored(bytes32 originHash, uint256 anchorNumber);

    /// @notice The size is not larger than that of the newest anchor.
    error CheckpointAnchorsSizeNotGrowing(bytes32 originHash, uint64 newestSize, uint64 size);

    /// @notice The previous root is not that of the newest anchor.
    error CheckpointAnchorsWrongPreviousRoot(bytes32 originHash, bytes32 newestRoot, bytes32 given);

    /// @notice A root of zero stands for no root and cannot be anchored.
    error CheckpointAnchorsZeroRoot(bytes32 originHash);

    /// @notice The log has no anchor of that number.
    error CheckpointAnchorsNoSuchAnchor(bytes32 originHash, uint256 anchorNumber);

    /// @notice The consortium did not give the account the role of anchoring this log.
    error CheckpointAnchorsNotTheAnchorer(bytes32 originHash, address account);

    /// @notice Joins the contract to its consortium, and to the contract before it, if any.
    /// @param consortium_ Who says which account may anchor which log.
    /// @param predecessor_ The contract whose anchors are gone on with; zero for none.
    constructor(IConsortium consortium_, IAnchors predecessor_) EIP712("CheckpointAnchors", "1") {
        consortium = consortium_;
        predecessor = predecessor_;
    }

    /// @notice Anchors a root behind the log's newest one.
    /// @dev Sending the same size and root again reverts, so that a transaction that succeeds has
    /// always made exactly one anchor; the sender then finds the anchor by reading.
    /// @param originHash SHA-256 of the log's origin.
    /// @param size Number of entries under the root; larger than that of the newest anchor.
    /// @param root The root.
    /// @param previousRoot Root of the newest anchor; zero if there is none.
    /// @return anchorNumber Number of the anchor within its log, counted from 0.
    function anchor(bytes32 originHash, uint64 size, bytes32 root, bytes32 previousRoot)
        external
        whileCurrent
        returns (uint256 anchorNumber)
    {
        if (!consortium.hasRole(anchoringRole(originHash), msg.sender)) {
            revert CheckpointAnchorsNotTheAnchorer(originHash, msg.sender);
        }
        Anchor memory newest;
        (anchorNumber, newest) = _newest(originHash);
        _requireFollows(originHash, newest, anchorNumber, size, root);
        if (previousRoot != newest.root) {
            revert CheckpointAnchorsWrongPreviousRoot(originHash, newest.root, previousRoot);
        }
        Log storage log = _logs[originHash];
        if (log.own.length == 0 && anchorNumber > 0) log.earlier = anchorNumber;
        log.own.push(Anchor({root: root, size: size, anchoredAt: uint64(block.timestamp)}));
        emit Anchored(originHash, size, root, previousRoot, anchorNumber);
    }

    /// @inheritdoc IAnchors
    function count(bytes32 originHash) external view returns (uint256) {
        return _count(originHash);
    }

    /// @inheritdoc IAnchors
    function latest(bytes32 originHash)
        external
        view
        returns (uint256 anchorNumber, Anchor memory newest)
    {
        uint256 length;
        (length, newest) = _newest(originHash);
        if (length == 0) revert CheckpointAnchorsNoSuchAnchor(originHash, 0);
        anchorNumber = length - 1;
    }

    /// @inheritdoc IAnchors
    function anchorAt(bytes32 originHash, uint256 anchorNumber)
        external
        view
        returns (Anchor memory)
    {
        if (anchorNumber >= _count(originHash)) {
            revert CheckpointAnchorsNoSuchAnchor(originHash, anchorNumber);
        }
        Log storage log = _logs[originHash];
        if (log.own.length == 0 || anchorNumber < log.earlier) {
            return predecessor.anchorAt(originHash, anchorNumber);
        }
        return log.own[anchorNumber - log.earlier];
    }

    /// @notice Names the role that may anchor a log.
    /// @param originHash SHA-256 of the log's origin.
    /// @return The role, for the consortium's decisions.
    function anchoringRole(bytes32 originHash) public pure returns (bytes32) {
        return keccak256(abi.encode("CheckpointAnchors.anchorer", originHash));
    }

    /// @dev What was anchored in the earlier contract before the first anchor here counts.
    function _count(bytes32 originHash) private view returns (uint256) {
        Log storage log = _logs[originHash];
        if (log.own.length > 0) return log.earlier + log.own.length;
        return address(predecessor) == address(0) ? 0 : predecessor.count(originHash);
    }

    /// @dev Gives the number of anchors, and the newest or an empty one.
    function _newest(bytes32 originHash)
        private
        view
        returns (uint256 length, Anchor memory newest)
    {
        Anchor[] storage own = _logs[originHash].own;
        if (own.length > 0) {
            return (_logs[originHash].earlier + own.length, own[own.length - 1]);
        }
        length = _count(originHash);
        if (length > 0) newest = predecessor.anchorAt(originHash, length - 1);
    }

    /// @dev Reverts unless a root may follow the newest anchor.
    function _requireFollows(
        bytes32 originHash,
        Anchor memory newest,
        uint256 anchorNumber,
        uint64 size,
        bytes32 root
    ) private pure {
        if (root == bytes32(0)) revert CheckpointAnchorsZeroRoot(originHash);
        if (size == newest.size && root == newest.root) {
            revert CheckpointAnchorsAlreadyAnchored(originHash, anchorNumber - 1);
        }
        if (size <= newest.size) {
            revert CheckpointAnchorsSizeNotGrowing(originHash, newest.size, size);
        }
    }

    /// @inheritdoc Migration
    function _requireApproved(bytes32 digest, Approval[] calldata approvals)
        internal
        view
        override
    {
        consortium.checkApprovals(digest, approvals);
    }
}
