//! RUNTIME: what a process may do and what it is given.

use std::path::Path;

use lunatic_process::config::ProcessConfig;
use lunatic_process_api::ProcessConfigCtx;
use lunatic_wasi_api::LunaticWasiConfigCtx;
use serde::{Deserialize, Serialize};

/// Limits, rights and gifts of one process. The default is a process that may use all memory and do nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessSettings {
    /// Memory at most, in bytes. Growing past it ends the process.
    pub max_memory: usize,
    /// Instructions in its whole life at most, in units of 100,000. `None`: no limit.
    pub max_fuel: Option<u64>,
    /// Whether it may compile other modules.
    pub can_compile_modules: bool,
    /// Whether it may make settings for its children.
    pub can_create_configs: bool,
    /// Whether it may start processes.
    pub can_spawn_processes: bool,
    /// Directories it can open files in, under the names they have here. Each costs a file descriptor.
    pub directories: Vec<String>,
    /// Its arguments, the first being the program's name.
    pub arguments: Vec<String>,
    /// Its environment: names and values.
    pub variables: Vec<(String, String)>,
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            max_memory: u32::MAX as usize,
            max_fuel: None,
            can_compile_modules: false,
            can_create_configs: false,
            can_spawn_processes: false,
            directories: Vec::new(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }
}

impl ProcessSettings {
    /// A root process: all rights, nothing given to it yet.
    #[must_use]
    pub fn root() -> Self {
        Self { can_compile_modules: true, can_create_configs: true, can_spawn_processes: true, ..Self::default() }
    }
}

impl ProcessConfig for ProcessSettings {
    fn set_max_fuel(&mut self, max_fuel: Option<u64>) {
        self.max_fuel = max_fuel;
    }

    fn get_max_fuel(&self) -> Option<u64> {
        self.max_fuel
    }

    fn set_max_memory(&mut self, max_memory: usize) {
        self.max_memory = max_memory;
    }

    fn get_max_memory(&self) -> usize {
        self.max_memory
    }
}

impl LunaticWasiConfigCtx for ProcessSettings {
    fn add_environment_variable(&mut self, key: String, value: String) {
        self.variables.push((key, value));
    }

    fn add_command_line_argument(&mut self, argument: String) {
        self.arguments.push(argument);
    }

    fn preopen_dir(&mut self, dir: String) {
        self.directories.push(dir);
    }
}

impl ProcessConfigCtx for ProcessSettings {
    fn can_compile_modules(&self) -> bool {
        self.can_compile_modules
    }

    fn set_can_compile_modules(&mut self, can: bool) {
        self.can_compile_modules = can;
    }

    fn can_create_configs(&self) -> bool {
        self.can_create_configs
    }

    fn set_can_create_configs(&mut self, can: bool) {
        self.can_create_configs = can;
    }

    fn can_spawn_processes(&self) -> bool {
        self.can_spawn_processes
    }

    fn set_can_spawn_processes(&mut self, can: bool) {
        self.can_spawn_processes = can;
    }

    /// Asked by lunatic's database alone, which is not here; files are opened through `directories`.
    fn can_access_fs_location(&self, path: &Path) -> Result<(), String> {
        Err(format!("no access to {}", path.display()))
    }
}
