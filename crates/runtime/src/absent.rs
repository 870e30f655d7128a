//! RUNTIME: what lunatic offers and a Umbra node does not: its cluster. Guests import the names all the same.

use anyhow::Result;
use wasmtime::Linker;

/// Gives the guest the answers that `lunatic run` gives outside a cluster.
pub(crate) fn register<T: 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.func_wrap("lunatic::distributed", "node_id", || 0_u64)?;
    linker.func_wrap("lunatic::distributed", "module_id", || 0_u64)?;
    linker.func_wrap("lunatic::distributed", "nodes_count", || 0_u32)?;
    Ok(())
}
