// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsortium} from "./parts/IConsortium.sol";
import {PassportBook} from "./parts/PassportBook.sol";
import {PassportRebinding} from "./parts/PassportRebinding.sol";
import {PassportStatuses} from "./parts/PassportStatuses.sol";

/// @title Registry of battery passports
/// @notice Keeps what may be contested: who issued, who owns, who answers for, and what became of a
/// battery. Everything else stays off the chain, behind salted roots.
/// @dev No account has power over another's battery: every act is a message signed by those whom it
/// concerns, and whoever carries it here merely pays for the carriage, which costs nothing.
contract PassportRegistry is PassportStatuses, PassportRebinding {
    /// @notice Joins the registry to its consortium.
    /// @param consortium_ Who gives roles and decides by enough of its members.
    /// @param rebindingDelay_ How long, in seconds, an old key can object to a re-binding.
    constructor(IConsortium consortium_, uint256 rebindingDelay_)
        EIP712("PassportRegistry", "1")
        PassportBook(consortium_)
        PassportRebinding(rebindingDelay_)
    {}
}
