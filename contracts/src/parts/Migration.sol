// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approval} from "./IConsortium.sol";
import {SignedMessages} from "./SignedMessages.sol";

/// @title A contract that may name its successor once
/// @notice Nothing is ever replaced behind an address: a new contract gets a new address, which the
/// members record in the old one. From then on the old one takes no writes and answers reads.
abstract contract Migration is SignedMessages {
    bytes32 private constant _SUCCESSION =
        keccak256("Succession(address successor,uint256 deadline)");

    /// @notice The contract to go on with; zero as long as this one is current.
    address public successor;

    /// @notice The members named the contract to go on with.
    /// @param successor Its address.
    event Succeeded(address indexed successor);

    /// @notice This contract takes no writes any more; go on with the successor.
    error MigrationSucceeded(address successor);

    /// @notice The named successor is no contract, or is this one.
    error MigrationNoSuccessor(address given);

    /// @dev Reverts once a successor is named.
    modifier whileCurrent() {
        if (successor != address(0)) revert MigrationSucceeded(successor);
        _;
    }

    /// @notice Names the successor; the members sign `Succession(successor,deadline)`.
    /// @param successor_ A deployed contract.
    /// @param deadline Last second in which the approvals count.
    /// @param approvals Signatures of enough members, ascending by address.
    function succeed(address successor_, uint256 deadline, Approval[] calldata approvals)
        external
        whileCurrent
    {
        _requireInTime(deadline);
        if (successor_.code.length == 0 || successor_ == address(this)) {
            revert MigrationNoSuccessor(successor_);
        }
        bytes32 message = keccak256(abi.encode(_SUCCESSION, successor_, deadline));
        _requireApproved(_hashTypedDataV4(message), approvals);
        successor = successor_;
        emit Succeeded(successor_);
    }

    /// @dev Reverts unless enough members approved the digest.
    function _requireApproved(bytes32 digest, Approval[] calldata approvals) internal view virtual;
}
