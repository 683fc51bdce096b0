// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {PassportBook, Status, Token} from "./PassportBook.sol";

/// @title Issuing by batch root, and registering on demand
/// @notice An issuer signs one root for many passports; each can be registered from it later, when
/// something is to be done with it that others may contest. Whoever is registered first holds and
/// answers for the battery: the issuer itself. Everything from there takes two signatures.
abstract contract PassportIssuing is PassportBook {
    /// @notice A batch of passports that its issuer signs.
    /// @param issuer Who issues, and signs.
    /// @param root Root of the tree over the passports' leaves.
    /// @param previousRoot Root of the issuer's batch before; zero for its first.
    /// @param size Number of passports under the root.
    /// @param nonce Number of the batch among the issuer's, counted from 0.
    /// @param deadline Last second in which the signature counts.
    struct BatchIssue {
        address issuer;
        bytes32 root;
        bytes32 previousRoot;
        uint48 size;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice A batch as it is kept.
    /// @param root Its root.
    /// @param issuer Who issued it.
    /// @param size Number of passports under the root.
    /// @param issuedAt Time of the block, in seconds since 1970.
    struct Batch {
        bytes32 root;
        address issuer;
        uint48 size;
        uint48 issuedAt;
    }

    /// @notice How far an issuer has come.
    /// @param count Number of its batches.
    /// @param newest Number of its newest batch among all, if it has any.
    struct Issued {
        uint64 count;
        uint64 newest;
    }

    /// @notice One passport under a batch's root.
    /// @param key Salted key of the battery's record.
    /// @param status Status it begins with.
    /// @param commitment Salted digest of the passport version's record.
    /// @param predecessors Keys of the passports it follows, ascending; none for an original one.
    /// @param evidence Salted digest of the evidence by Art. 73; zero where none is asked for.
    struct Leaf {
        bytes32 key;
        Status status;
        bytes32 commitment;
        bytes32[] predecessors;
        bytes32 evidence;
    }

    /// @notice A predecessor's holder agrees to the second life.
    /// @param deadline Last second in which the signature counts.
    /// @param signature The holder's, under `SecondLife`.
    struct Consent {
        uint256 deadline;
        bytes signature;
    }

    bytes32 private constant _BATCH_ISSUE = keccak256(
        "BatchIssue(address issuer,bytes32 root,bytes32 previousRoot,uint48 size,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _SECOND_LIFE = keccak256(
        "SecondLife(bytes32 predecessor,bytes32 successor,uint8 status,address operator,uint256 nonce,uint256 deadline)"
    );

    Batch[] private _batches;
    mapping(address issuer => Issued issued) private _issued;
    mapping(bytes32 key => bytes32[] predecessors) private _predecessors;

    /// @notice A batch of passports was issued.
    /// @param batch Number of the batch among all.
    /// @param issuer Who issued it.
    /// @param root Its root.
    /// @param previousRoot Root of the issuer's batch before.
    /// @param size Number of passports under the root.
    /// @param nonce Number of the batch among the issuer's.
    event PassportIssued(
        uint256 indexed batch,
        address indexed issuer,
        bytes32 root,
        bytes32 previousRoot,
        uint256 size,
        uint256 nonce
    );

    /// @notice A passport of a batch was registered.
    /// @param key Its salted key.
    /// @param batch Number of the batch.
    /// @param issuer Who issued it, holds it and answers for it.
    /// @param status Status it begins with.
    /// @param commitment Salted digest of the passport version's record.
    /// @param evidence Salted digest of the evidence by Art. 73, or zero.
    event Registered(
        bytes32 indexed key,
        uint256 indexed batch,
        address indexed issuer,
        Status status,
        bytes32 commitment,
        bytes32 evidence
    );

    /// @notice A battery lives on in another; whoever answers for it learns it from this event.
    /// @param predecessor Key of the passport before.
    /// @param successor Key of the new passport.
    /// @param responsible Who answers for the predecessor, and is hereby notified.
    event LivesOn(
        bytes32 indexed predecessor,
        bytes32 indexed successor,
        address indexed responsible
    );

    /// @notice A batch holds no passport, or its root is zero.
    error PassportRegistryEmptyBatch();

    /// @notice The previous root is not that of the issuer's newest batch.
    error PassportRegistryWrongPreviousRoot(bytes32 newest, bytes32 given);

    /// @notice There is no batch of that number.
    error PassportRegistryNoSuchBatch(uint256 batch);

    /// @notice The leaf is not under the batch's root.
    error PassportRegistryNotInBatch(uint256 batch, bytes32 key);

    /// @notice A passport is registered under that key already, or the key is zero.
    error PassportRegistryKeyTaken(bytes32 key);

    /// @notice A battery cannot begin like that: a wrong status, or too many or no predecessors.
    error PassportRegistryBadBeginning(bytes32 key);

    /// @notice Out of the predecessor's status a battery cannot come to this one.
    error PassportRegistryNoSecondLife(bytes32 predecessor, Status from, Status to);

    /// @notice A waste battery's second life asks for evidence.
    error PassportRegistryNoEvidence(bytes32 key);

    /// @notice Issues a batch of passports.
    /// @param issue What the issuer signed.
    /// @param signature The issuer's, under `BatchIssue`.
    /// @return batch Number of the batch among all.
    function issueBatch(BatchIssue calldata issue, bytes calldata signature)
        external
        whileCurrent
        returns (uint256 batch)
    {
        _requireInTime(issue.deadline);
        Issued memory issued = _issued[issue.issuer];
        _requireNonce(issued.count, issue.nonce);
        if (issue.size == 0 || issue.root == bytes32(0)) revert PassportRegistryEmptyBatch();
        bytes32 newest = issued.count == 0 ? bytes32(0) : _batches[issued.newest].root;
        if (issue.previousRoot != newest) {
            revert PassportRegistryWrongPreviousRoot(newest, issue.previousRoot);
        }
        _requireRole(ISSUER, issue.issuer);
        _requireSigned(issue.issuer, keccak256(abi.encode(_BATCH_ISSUE, issue)), signature);
        batch = _batches.length;
        _batches.push(Batch(issue.root, issue.issuer, issue.size, uint48(block.timestamp)));
        _issued[issue.issuer] = Issued(issued.count + 1, uint64(batch));
        emit PassportIssued(
            batch, issue.issuer, issue.root, issue.previousRoot, issue.size, issue.nonce
        );
    }

    /// @notice Registers a passport of a batch; anybody who has its leaf and proof may.
    /// @param batch Number of the batch.
    /// @param leaf The passport.
    /// @param proof Siblings on the way from the leaf to the root.
    /// @param consents For each predecessor, in order, its holder's consent.
    function register(
        uint256 batch,
        Leaf calldata leaf,
        bytes32[] calldata proof,
        Consent[] calldata consents
    ) external whileCurrent {
        if (batch >= _batches.length) revert PassportRegistryNoSuchBatch(batch);
        Batch storage from = _batches[batch];
        if (!MerkleProof.verifyCalldata(proof, from.root, leafHash(leaf))) {
            revert PassportRegistryNotInBatch(batch, leaf.key);
        }
        if (_tokens[leaf.key].status != Status.None || leaf.key == bytes32(0)) {
            revert PassportRegistryKeyTaken(leaf.key);
        }
        address issuer = from.issuer;
        _begin(leaf, issuer, consents);
        _tokens[leaf.key] = Token({
            holder: issuer,
            nonce: 0,
            status: leaf.status,
            revoked: false,
            successors: 0,
            responsible: issuer,
            responsibleNonce: 0,
            batch: uint48(batch)
        });
        emit Registered(leaf.key, batch, issuer, leaf.status, leaf.commitment, leaf.evidence);
    }

    /// @notice Gives a batch.
    /// @param batch Its number.
    /// @return The batch.
    function batchAt(uint256 batch) external view returns (Batch memory) {
        if (batch >= _batches.length) revert PassportRegistryNoSuchBatch(batch);
        return _batches[batch];
    }

    /// @notice Tells how many batches there are.
    /// @return Their number.
    function batchCount() external view returns (uint256) {
        return _batches.length;
    }

    /// @notice Tells how far an issuer has come.
    /// @param issuer Its address.
    /// @return Number of its batches, and the newest one's number among all.
    function issuedBy(address issuer) external view returns (Issued memory) {
        return _issued[issuer];
    }

    /// @notice Lists the passports that one follows.
    /// @param key Its key.
    /// @return Keys of its predecessors.
    function predecessorsOf(bytes32 key) external view returns (bytes32[] memory) {
        return _predecessors[key];
    }

    /// @notice Hashes a leaf as the tree of a batch does.
    /// @dev Hashed twice, so that no inner node of the tree can pass for a leaf.
    /// @param leaf The leaf.
    /// @return Its hash.
    function leafHash(Leaf calldata leaf) public pure returns (bytes32) {
        bytes32 predecessors = keccak256(abi.encodePacked(leaf.predecessors));
        bytes memory encoded =
            abi.encode(leaf.key, leaf.status, leaf.commitment, predecessors, leaf.evidence);
        return keccak256(bytes.concat(keccak256(encoded)));
    }

    /// @dev Gives the issuer of a registered passport.
    function _issuerOf(Token storage token) internal view returns (address) {
        return _batches[token.batch].issuer;
    }

    /// @dev Reverts unless a battery may begin as the leaf says.
    function _begin(Leaf calldata leaf, address issuer, Consent[] calldata consents) private {
        uint256 before = leaf.predecessors.length;
        bool original = leaf.status == Status.Original;
        bool second = leaf.status == Status.Repurposed || leaf.status == Status.Reused
            || leaf.status == Status.Remanufactured;
        if (consents.length != before || original != (before == 0) || !(original || second)) {
            revert PassportRegistryBadBeginning(leaf.key);
        }
        for (uint256 i = 0; i < before; i++) {
            if (i > 0 && leaf.predecessors[i] <= leaf.predecessors[i - 1]) {
                revert PassportRegistryBadBeginning(leaf.key);
            }
            _liveOn(leaf, leaf.predecessors[i], issuer, consents[i]);
        }
        if (before > 0) _predecessors[leaf.key] = leaf.predecessors;
    }

    /// @dev The predecessor stays as it is; its holder agreed, and nobody else need agree.
    function _liveOn(
        Leaf calldata leaf,
        bytes32 predecessor,
        address issuer,
        Consent calldata consent
    ) private {
        Token storage token = _living(predecessor);
        bytes32 role = _secondLifeRole(token.status, leaf.status);
        if (role == bytes32(0)) {
            revert PassportRegistryNoSecondLife(predecessor, token.status, leaf.status);
        }
        if (token.status == Status.Waste && leaf.evidence == bytes32(0)) {
            revert PassportRegistryNoEvidence(leaf.key);
        }
        _requireRole(role, issuer);
        _requireInTime(consent.deadline);
        bytes32 message = keccak256(
            abi.encode(
                _SECOND_LIFE,
                predecessor,
                leaf.key,
                leaf.status,
                issuer,
                uint256(token.nonce),
                consent.deadline
            )
        );
        _requireSigned(token.holder, message, consent.signature);
        token.nonce += 1;
        token.successors += 1;
        emit LivesOn(predecessor, leaf.key, token.responsible);
    }

    /// @dev Names the role that brings a battery of one status to a second life in another; zero if
    /// nobody can. Source: Regulation (EU) 2023/1542, Art. 73 and 77(7).
    function _secondLifeRole(Status from, Status to) private pure returns (bytes32) {
        if (from == Status.Waste) {
            return to == Status.Remanufactured ? bytes32(0) : PERMITTED_OPERATOR;
        }
        return to == Status.Reused ? bytes32(0) : ISSUER;
    }
}
