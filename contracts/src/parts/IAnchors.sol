// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Reading of anchored roots
/// @notice What every anchoring contract answers, the first release's as well as later ones.
interface IAnchors {
    /// @notice One anchored root.
    /// @param root Root of the Merkle tree over the log's first `size` entries.
    /// @param size Number of entries under the root.
    /// @param anchoredAt Time of the block, in seconds since 1970.
    struct Anchor {
        bytes32 root;
        uint64 size;
        uint64 anchoredAt;
    }

    /// @notice Tells how many anchors a log has.
    /// @param originHash SHA-256 of the log's origin.
    /// @return Number of anchors.
    function count(bytes32 originHash) external view returns (uint256);

    /// @notice Gives a log's newest anchor.
    /// @param originHash SHA-256 of the log's origin.
    /// @return anchorNumber Number of the anchor, counted from 0.
    /// @return newest The anchor.
    function latest(bytes32 originHash)
        external
        view
        returns (uint256 anchorNumber, Anchor memory newest);

    /// @notice Gives one anchor of a log.
    /// @param originHash SHA-256 of the log's origin.
    /// @param anchorNumber Number of the anchor, counted from 0.
    /// @return The anchor.
    function anchorAt(bytes32 originHash, uint256 anchorNumber)
        external
        view
        returns (Anchor memory);
}
