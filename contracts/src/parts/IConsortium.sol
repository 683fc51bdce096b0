// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One member organisation's signature under a decision.
/// @param member Address of the member.
/// @param signature Its signature: 65 bytes, or what its own contract accepts by EIP-1271.
struct Approval {
    address member;
    bytes signature;
}

/// @title What other contracts ask the consortium
/// @notice Who may act in which role, and whether enough members approved a decision.
interface IConsortium {
    /// @notice Tells whether an account has a role.
    /// @param role The role.
    /// @param account The account.
    /// @return True if it has.
    function hasRole(bytes32 role, address account) external view returns (bool);

    /// @notice Returns if enough members approved, and reverts otherwise.
    /// @param digest EIP-712 digest that the members signed.
    /// @param approvals Signatures, in strictly ascending order of the members' addresses.
    function checkApprovals(bytes32 digest, Approval[] calldata approvals) external view;
}
