// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Approval, IConsortium} from "./parts/IConsortium.sol";
import {Migration} from "./parts/Migration.sol";

/// @title Member organisations and the roles they give
/// @notice Members and roles are changed only by decisions that enough members signed. There is no
/// administrator. Anybody may carry a signed decision to the chain; it gives the carrier nothing.
/// @dev Decisions are EIP-712 messages with a deadline and a nonce that counts decisions, so that
/// each is carried out once and in the order the members agreed on.
contract Consortium is IConsortium, Migration {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @notice A role given at deployment.
    /// @param role The role.
    /// @param account Who gets it.
    struct RoleGrant {
        bytes32 role;
        address account;
    }

    /// @notice A decision about who is a member and how many must agree.
    /// @param added New members.
    /// @param removed Members that leave.
    /// @param threshold How many must agree from now on.
    /// @param nonce Number of the decision.
    /// @param deadline Last second in which the approvals count.
    struct MemberChange {
        address[] added;
        address[] removed;
        uint256 threshold;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice A decision about a role.
    /// @param role The role.
    /// @param account Who gets or loses it.
    /// @param granted True to give, false to take.
    /// @param nonce Number of the decision.
    /// @param deadline Last second in which the approvals count.
    struct RoleChange {
        bytes32 role;
        address account;
        bool granted;
        uint256 nonce;
        uint256 deadline;
    }

    bytes32 private constant _MEMBER_CHANGE = keccak256(
        "MemberChange(address[] added,address[] removed,uint256 threshold,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _ROLE_CHANGE = keccak256(
        "RoleChange(bytes32 role,address account,bool granted,uint256 nonce,uint256 deadline)"
    );

    /// @notice How many members must agree: more than half, at most all.
    uint256 public threshold;

    /// @notice Number that the next decision must bear.
    uint256 public nonce;

    EnumerableSet.AddressSet private _members;
    mapping(bytes32 role => mapping(address account => bool)) private _roles;

    /// @notice An organisation became a member.
    /// @param member Its address.
    event MemberAdded(address indexed member);

    /// @notice An organisation is no member any more.
    /// @param member Its address.
    event MemberRemoved(address indexed member);

    /// @notice From now on so many members must agree.
    /// @param threshold How many.
    /// @param members Of how many.
    event ThresholdSet(uint256 threshold, uint256 members);

    /// @notice An account got a role.
    /// @param role The role.
    /// @param account The account.
    event RoleGranted(bytes32 indexed role, address indexed account);

    /// @notice An account lost a role.
    /// @param role The role.
    /// @param account The account.
    event RoleRevoked(bytes32 indexed role, address indexed account);

    /// @notice Fewer members approved than must agree.
    error ConsortiumTooFewApprovals(uint256 threshold, uint256 given);

    /// @notice The approvals are not in ascending order of addresses, or one is there twice.
    error ConsortiumApprovalsNotAscending(address member);

    /// @notice The approver is not a member.
    error ConsortiumNotAMember(address account);

    /// @notice The account is a member already, or is zero.
    error ConsortiumCannotJoin(address account);

    /// @notice The threshold is not more than half of the members, or more than all.
    error ConsortiumBadThreshold(uint256 threshold, uint256 members);

    /// @notice The role is given, or taken, already: the decision would change nothing.
    error ConsortiumRoleUnchanged(bytes32 role, address account);

    /// @notice Founds the consortium; everybody can read the first members and roles here.
    /// @param members The first members.
    /// @param threshold_ How many must agree.
    /// @param grants The first roles.
    constructor(address[] memory members, uint256 threshold_, RoleGrant[] memory grants)
        EIP712("Consortium", "1")
    {
        for (uint256 i = 0; i < members.length; i++) _add(members[i]);
        _setThreshold(threshold_);
        for (uint256 i = 0; i < grants.length; i++) {
            _setRole(grants[i].role, grants[i].account, true);
        }
    }

    /// @notice Adds and removes members and sets the threshold, all at once.
    /// @param change What was decided.
    /// @param approvals Signatures of enough present members, ascending by address.
    function changeMembers(MemberChange calldata change, Approval[] calldata approvals)
        external
        whileCurrent
    {
        bytes32 message = keccak256(
            abi.encode(
                _MEMBER_CHANGE,
                keccak256(abi.encodePacked(change.added)),
                keccak256(abi.encodePacked(change.removed)),
                change.threshold,
                change.nonce,
                change.deadline
            )
        );
        _decide(message, change.nonce, change.deadline, approvals);
        for (uint256 i = 0; i < change.removed.length; i++) _remove(change.removed[i]);
        for (uint256 i = 0; i < change.added.length; i++) _add(change.added[i]);
        _setThreshold(change.threshold);
    }

    /// @notice Gives or takes a role.
    /// @param change What was decided.
    /// @param approvals Signatures of enough members, ascending by address.
    function changeRole(RoleChange calldata change, Approval[] calldata approvals)
        external
        whileCurrent
    {
        bytes32 message = keccak256(
            abi.encode(
                _ROLE_CHANGE,
                change.role,
                change.account,
                change.granted,
                change.nonce,
                change.deadline
            )
        );
        _decide(message, change.nonce, change.deadline, approvals);
        _setRole(change.role, change.account, change.granted);
    }

    /// @inheritdoc IConsortium
    function hasRole(bytes32 role, address account) external view returns (bool) {
        return _roles[role][account];
    }

    /// @inheritdoc IConsortium
    function checkApprovals(bytes32 digest, Approval[] calldata approvals) external view {
        _requireApproved(digest, approvals);
    }

    /// @notice Lists the members.
    /// @return Their addresses, in no particular order.
    function allMembers() external view returns (address[] memory) {
        return _members.values();
    }

    /// @notice Tells whether an organisation is a member.
    /// @param account Its address.
    /// @return True if it is.
    function isMember(address account) external view returns (bool) {
        return _members.contains(account);
    }

    /// @dev Takes up a decision: in time, next in order, approved by enough.
    function _decide(
        bytes32 message,
        uint256 nonce_,
        uint256 deadline,
        Approval[] calldata approvals
    ) private {
        _requireInTime(deadline);
        _requireNonce(nonce, nonce_);
        _requireApproved(_hashTypedDataV4(message), approvals);
        nonce = nonce_ + 1;
    }

    /// @dev Ascending order makes a second approval of the same member impossible.
    function _requireApproved(bytes32 digest, Approval[] calldata approvals)
        internal
        view
        override
    {
        address before = address(0);
        for (uint256 i = 0; i < approvals.length; i++) {
            address member = approvals[i].member;
            if (member <= before) revert ConsortiumApprovalsNotAscending(member);
            if (!_members.contains(member)) revert ConsortiumNotAMember(member);
            if (!SignatureChecker.isValidSignatureNowCalldata(
                    member, digest, approvals[i].signature
                )) {
                revert SignedMessagesWrongSignature(member);
            }
            before = member;
        }
        if (approvals.length < threshold) {
            revert ConsortiumTooFewApprovals(threshold, approvals.length);
        }
    }

    /// @dev Adds a member that is none yet.
    function _add(address member) private {
        if (member == address(0) || !_members.add(member)) revert ConsortiumCannotJoin(member);
        emit MemberAdded(member);
    }

    /// @dev Removes a member.
    function _remove(address member) private {
        if (!_members.remove(member)) revert ConsortiumNotAMember(member);
        emit MemberRemoved(member);
    }

    /// @dev More than half, so that no two halves can decide against each other.
    function _setThreshold(uint256 threshold_) private {
        uint256 members = _members.length();
        if (threshold_ > members || threshold_ * 2 <= members) {
            revert ConsortiumBadThreshold(threshold_, members);
        }
        threshold = threshold_;
        emit ThresholdSet(threshold_, members);
    }

    /// @dev Gives or takes a role that was not given or taken before.
    function _setRole(bytes32 role, address account, bool granted) private {
        if (_roles[role][account] == granted) revert ConsortiumRoleUnchanged(role, account);
        _roles[role][account] = granted;
        if (granted) emit RoleGranted(role, account);
        else emit RoleRevoked(role, account);
    }
}
