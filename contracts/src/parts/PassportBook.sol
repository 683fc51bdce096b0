// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approval, IConsortium} from "./IConsortium.sol";
import {Migration} from "./Migration.sol";

/// @notice Status of a battery, and the tombstone of one that is no more.
enum Status {
    None,
    Original,
    Repurposed,
    Reused,
    Remanufactured,
    Waste,
    Recycled
}

/// @notice What the chain knows of one battery's passport.
/// @param holder Who owns the battery.
/// @param nonce Number that the holder's next message must bear.
/// @param status Its status.
/// @param revoked True if the issuer withdrew the passport; this binds nobody's hands.
/// @param successors Number of passports that name this one as their predecessor.
/// @param responsible The economic operator that bears the duties of Art. 77(4).
/// @param responsibleNonce Number that the responsible operator's next message must bear.
/// @param batch Number of the batch in which the passport was issued.
struct Token {
    address holder;
    uint48 nonce;
    Status status;
    bool revoked;
    uint32 successors;
    address responsible;
    uint48 responsibleNonce;
    uint48 batch;
}

/// @title The registry's records, which all of its parts share
/// @notice A battery is known by a salted key that says nothing of its public identifier.
abstract contract PassportBook is Migration {
    /// @notice May issue passports: an operator that places batteries on the market.
    bytes32 public constant ISSUER = keccak256("battery-passport.issuer");
    /// @notice May take over the duties of Art. 77(4).
    bytes32 public constant RESPONSIBLE_OPERATOR =
        keccak256("battery-passport.responsible-operator");
    /// @notice May give waste batteries a second life, on evidence by Art. 73.
    bytes32 public constant PERMITTED_OPERATOR = keccak256("battery-passport.permitted-operator");
    /// @notice May record that a battery became waste.
    bytes32 public constant WASTE_OPERATOR = keccak256("battery-passport.waste-operator");
    /// @notice May record that a waste battery was recycled.
    bytes32 public constant RECYCLER = keccak256("battery-passport.recycler");

    /// @notice Who gives roles and decides by enough of its members.
    IConsortium public immutable consortium;

    mapping(bytes32 key => Token token) internal _tokens;

    /// @notice No passport is registered under that key.
    error PassportRegistryUnknown(bytes32 key);

    /// @notice The battery was recycled; its record is a tombstone.
    error PassportRegistryEnded(bytes32 key);

    /// @notice The account does not have the role that the act asks for.
    error PassportRegistryRoleMissing(bytes32 role, address account);

    /// @notice The message names another holder or responsible operator than the present one.
    error PassportRegistryNotThePresent(address present, address given);

    /// @dev Joins the registry to its consortium.
    constructor(IConsortium consortium_) {
        consortium = consortium_;
    }

    /// @notice Gives what is known of a passport.
    /// @param key Its salted key.
    /// @return The record; all zero if there is none.
    function tokenOf(bytes32 key) external view returns (Token memory) {
        return _tokens[key];
    }

    /// @dev Gives a registered passport whose battery still exists.
    function _living(bytes32 key) internal view returns (Token storage token) {
        token = _tokens[key];
        if (token.status == Status.None) revert PassportRegistryUnknown(key);
        if (token.status == Status.Recycled) revert PassportRegistryEnded(key);
    }

    /// @dev Reverts unless the account has the role.
    function _requireRole(bytes32 role, address account) internal view {
        if (!consortium.hasRole(role, account)) revert PassportRegistryRoleMissing(role, account);
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
