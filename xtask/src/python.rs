//! Tools from Python packages, each in a virtual environment below `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process;
use crate::workspace::Workspace;

/// Packages that are installed together.
pub(crate) struct Packages {
    /// The name of the virtual environment.
    pub(crate) name: &'static str,
    /// The requirements file for pip, with exact versions.
    pub(crate) requirements: &'static str,
    /// Whether pip also installs the dependencies of the requirements.
    pub(crate) with_dependencies: bool,
    /// The oldest version of Python that the packages support: major, minor.
    pub(crate) python: (u32, u32),
}

/// A virtual environment with installed packages.
pub(crate) struct Environment {
    directory: PathBuf,
}

impl Environment {
    /// Returns the environment of an earlier run, or creates it.
    pub(crate) fn provide(packages: &Packages, workspace: &Workspace) -> Result<Self> {
        let parent = workspace.cache().join("venv");
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        // Concurrent runs must not install into one directory. Closing the file unlocks it.
        let lock = File::create(parent.join(format!("{}.lock", packages.name)))?;
        lock.lock()?;
        let environment = Self { directory: parent.join(packages.name) };
        if !environment.has(packages) {
            environment
                .install(packages)
                .with_context(|| format!("cannot install {} for Python", packages.name))?;
        }
        Ok(environment)
    }

    /// Returns the path of a program of the packages.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join("bin").join(name)
    }

    /// Returns the directory that contains a package.
    pub(crate) fn directory_of(&self, package: &str) -> Result<PathBuf> {
        // This does not run the code of the package, which may need dependencies that are not installed.
        let script = format!("import importlib.util as u; print(u.find_spec('{package}').origin, end='')");
        let file = process::capture(Command::new(self.program("python")).args(["-c", &script]))?;
        let directory = Path::new(&file).ancestors().nth(2);
        Ok(directory.with_context(|| format!("the package {package} has no directory"))?.to_owned())
    }

    /// The file with the requirements that are installed. It is written last, after a successful installation.
    fn stamp(&self) -> PathBuf {
        self.directory.join("installed-requirements.txt")
    }

    /// Returns whether exactly these packages are installed, and the Python of the environment still exists.
    fn has(&self, packages: &Packages) -> bool {
        fs::read_to_string(self.stamp()).is_ok_and(|text| text == packages.requirements)
            && process::capture(Command::new(self.program("python")).arg("--version")).is_ok()
    }

    fn install(&self, packages: &Packages) -> Result<()> {
        check_version(packages.python)?;
        if self.directory.exists() {
            fs::remove_dir_all(&self.directory)?;
        }
        let mut pip = create_environment(&self.directory)?;
        let requirements = self.directory.join("requirements.txt");
        fs::write(&requirements, packages.requirements)?;
        // The configuration of pip decides where packages are downloaded from.
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        if !packages.with_dependencies {
            pip.arg("--no-deps");
        }
        process::run(pip.arg("--requirement").arg(&requirements))?;
        Ok(fs::write(self.stamp(), packages.requirements)?)
    }
}

fn check_version(oldest: (u32, u32)) -> Result<()> {
    let advice = format!("Python {}.{} or later is needed as `python3`", oldest.0, oldest.1);
    let printed =
        process::capture(Command::new("python3").arg("--version")).with_context(|| advice.clone())?;
    let is_supported = version(&printed).is_some_and(|version| version >= oldest);
    ensure!(is_supported, "{advice}, but it is {}", printed.trim());
    Ok(())
}

/// Parses major and minor from the output of `python3 --version`.
fn version(printed: &str) -> Option<(u32, u32)> {
    let (major, rest) = printed.trim().strip_prefix("Python ")?.split_once('.')?;
    Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
}

/// Creates a virtual environment, and returns the pip command that installs into it. Many systems do not allow pip to
/// install packages outside of virtual environments (PEP 668).
fn create_environment(directory: &Path) -> Result<Command> {
    let python = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments);
        python
    };
    let has = |module: &str| process::capture(&mut python(&["-c", &format!("import {module}")])).is_ok();
    if has("ensurepip") {
        process::run(python(&["-m", "venv"]).arg(directory))?;
        return Ok(Command::new(directory.join("bin/pip")));
    }
    // Debian packages venv without ensurepip. A pip outside of the environment can install into it.
    if has("pip") {
        process::run(python(&["-m", "venv", "--without-pip"]).arg(directory))?;
        let mut pip = python(&["-m", "pip", "--python"]);
        pip.arg(directory.join("bin/python"));
        return Ok(pip);
    }
    bail!(
        "python3 has neither ensurepip nor pip: install one of them (on Debian and Ubuntu: `apt install python3-venv`)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_parsed() {
        assert_eq!(version("Python 3.11.7\n"), Some((3, 11)));
        assert_eq!(version("Python 3.14.0rc1\n"), Some((3, 14)));
        assert_eq!(version("pyenv: python3: command not found"), None);
    }

    #[test]
    fn environment_is_used_again_for_the_same_requirements() {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment { directory: directory.path().to_owned() };
        let packages =
            |requirements| Packages { name: "six", requirements, with_dependencies: false, python: (3, 8) };
        fs::write(environment.stamp(), "six==1.17.0").unwrap();
        assert!(!environment.has(&packages("six==1.17.0")), "there is no Python");
        // Any program that succeeds works as Python here.
        fs::create_dir(directory.path().join("bin")).unwrap();
        std::os::unix::fs::symlink("/bin/echo", environment.program("python")).unwrap();
        assert!(environment.has(&packages("six==1.17.0")));
        assert!(!environment.has(&packages("six==1.17.1")));
    }
}
