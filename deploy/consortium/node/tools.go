//go:build tools

// Package node names the one program that is built from this module: the validators' node.
package node

import _ "github.com/cosmos/evm/cmd/evmd"
