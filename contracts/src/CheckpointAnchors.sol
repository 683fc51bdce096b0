// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

/// @title Anchors of transparency-log checkpoints
/// @notice Keeps, for each log, the roots of its growing tree, every one naming the root before it.
/// @dev A log is known by the SHA-256 of its origin. Who may anchor is decided log by log, so that
/// one organisation cannot write roots for another's log. Nothing can be changed or removed.
contract CheckpointAnchors is AccessControl {
    /// @notice One anchored root.
    /// @param root Root of the Merkle tree over the log's first `size` entries.
    /// @param size Number of entries under the root.
    /// @param anchoredAt Time of the block, in seconds since 1970.
    struct Anchor {
        bytes32 root;
        uint64 size;
        uint64 anchoredAt;
    }

    /// @dev The anchors of each log, oldest first.
    mapping(bytes32 originHash => Anchor[] anchors) private _anchors;

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

    /// @notice Names who decides about roles and who anchors the first log.
    /// @param administrator Account that may give and take anchoring roles.
    /// @param originHash SHA-256 of the first log's origin.
    /// @param anchorer Account that may anchor the first log.
    constructor(address administrator, bytes32 originHash, address anchorer) {
        _grantRole(DEFAULT_ADMIN_ROLE, administrator);
        _grantRole(anchoringRole(originHash), anchorer);
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
        onlyRole(anchoringRole(originHash))
        returns (uint256 anchorNumber)
    {
        Anchor[] storage anchors = _anchors[originHash];
        anchorNumber = anchors.length;
        bytes32 newestRoot = bytes32(0);
        uint64 newestSize = 0;
        if (anchorNumber > 0) {
            Anchor storage newest = anchors[anchorNumber - 1];
            newestRoot = newest.root;
            newestSize = newest.size;
        }
        if (root == bytes32(0)) revert CheckpointAnchorsZeroRoot(originHash);
        if (size == newestSize && root == newestRoot) {
            revert CheckpointAnchorsAlreadyAnchored(originHash, anchorNumber - 1);
        }
        if (size <= newestSize) {
            revert CheckpointAnchorsSizeNotGrowing(originHash, newestSize, size);
        }
        if (previousRoot != newestRoot) {
            revert CheckpointAnchorsWrongPreviousRoot(originHash, newestRoot, previousRoot);
        }
        anchors.push(Anchor({root: root, size: size, anchoredAt: uint64(block.timestamp)}));
        emit Anchored(originHash, size, root, previousRoot, anchorNumber);
    }

    /// @notice Tells how many anchors a log has.
    /// @param originHash SHA-256 of the log's origin.
    /// @return Number of anchors.
    function count(bytes32 originHash) external view returns (uint256) {
        return _anchors[originHash].length;
    }

    /// @notice Gives a log's newest anchor.
    /// @param originHash SHA-256 of the log's origin.
    /// @return anchorNumber Number of the anchor, counted from 0.
    /// @return newest The anchor.
    function latest(bytes32 originHash)
        external
        view
        returns (uint256 anchorNumber, Anchor memory newest)
    {
        uint256 length = _anchors[originHash].length;
        if (length == 0) revert CheckpointAnchorsNoSuchAnchor(originHash, 0);
        return (length - 1, _anchors[originHash][length - 1]);
    }

    /// @notice Gives one anchor of a log.
    /// @param originHash SHA-256 of the log's origin.
    /// @param anchorNumber Number of the anchor, counted from 0.
    /// @return The anchor.
    function anchorAt(bytes32 originHash, uint256 anchorNumber)
        external
        view
        returns (Anchor memory)
    {
        if (anchorNumber >= _anchors[originHash].length) {
            revert CheckpointAnchorsNoSuchAnchor(originHash, anchorNumber);
        }
        return _anchors[originHash][anchorNumber];
    }

    /// @notice Names the role that may anchor a log.
    /// @param originHash SHA-256 of the log's origin.
    /// @return The role, for `grantRole`, `revokeRole` and `hasRole`.
    function anchoringRole(bytes32 originHash) public pure returns (bytes32) {
        return keccak256(abi.encode("CheckpointAnchors.anchorer", originHash));
    }
}
