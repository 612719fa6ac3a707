//! What deriving a key from a new passphrase costs on this machine.

use crate::crypto::Argon2Params;
use crate::model::Env;
use crate::store::header::calibrate;

/// Returns the cost that takes about half a second on this machine.
pub(super) fn calibrated(env: Env<'_>) -> Argon2Params {
    calibrate::calibrate(calibrate::physical_memory(), &mut |params| {
        let mut made = false;
        let took = env.clock.measure(&mut || made = calibrate::trial(params).is_ok());
        made.then_some(took)
    })
}
