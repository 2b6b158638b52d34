//! Tools written in Python or packaged for it, each in a virtual environment of its own under `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::interrupt::Interrupt;
use super::process;
use super::workspace::Workspace;

/// Packages to be installed together.
pub(super) struct Packages {
    /// Names the virtual environment.
    pub(super) name: &'static str,
    /// What pip's requirements file says, exact versions throughout.
    pub(super) requirements: &'static str,
    /// Whether pip adds what the requirements need in turn.
    pub(super) with_dependencies: bool,
    /// The oldest Python that they run on: major, minor.
    pub(super) python: (u32, u32),
}

/// A virtual environment in which the packages are installed.
pub(super) struct Environment {
    directory: PathBuf,
}

impl Environment {
    /// Takes the environment that an earlier run left, or makes it.
    pub(super) fn provide(packages: &Packages, workspace: &Workspace, interrupt: &Interrupt) -> Result<Self> {
        let parent = workspace.cache().join("venv");
        fs::create_dir_all(&parent)
            .with_context(|| format!("could not make the directory {}", parent.display()))?;
        // Two runs at once must not install into one directory. The lock goes when the file is closed.
        let lock = File::create(parent.join(format!("{}.lock", packages.name)))
            .context("no lock file for the virtual environment")?;
        lock.lock().context("the virtual environment's lock")?;

        let environment = Self { directory: parent.join(packages.name) };
        if !environment.holds(packages) {
            environment.install(packages, interrupt)?;
        }
        Ok(environment)
    }

    /// A program that the packages brought.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join("bin").join(name)
    }

    /// The directory from which Python would import the package.
    pub(super) fn package_directory(&self, package: &str) -> Result<PathBuf> {
        // Found without running any of the package's code, which may want dependencies that we do without.
        let script = format!("import importlib.util as u; print(u.find_spec('{package}').origin, end='')");
        let origin = process::capture(Command::new(self.program("python")).args(["-c", &script]))?;
        let directory = Path::new(&origin).parent();
        Ok(directory.with_context(|| format!("the package {package} has no directory"))?.to_owned())
    }

    /// Written last, so that an installation which was cut short is not taken for a whole one.
    fn stamp(&self) -> PathBuf {
        self.directory.join("installed-requirements.txt")
    }

    /// Whether these very packages are there, and the Python they were installed for still is.
    fn holds(&self, packages: &Packages) -> bool {
        fs::read_to_string(self.stamp()).is_ok_and(|text| text == packages.requirements)
            && process::capture(Command::new(self.program("python")).arg("--version")).is_ok()
    }

    fn install(&self, packages: &Packages, interrupt: &Interrupt) -> Result<()> {
        let python = Python::find(packages)?;
        if self.directory.exists() {
            fs::remove_dir_all(&self.directory)
                .with_context(|| format!("could not remove {}", self.directory.display()))?;
        }
        let mut pip = python.make_environment(&self.directory, interrupt)?;
        let wanted = self.directory.join("requirements.txt");
        fs::write(&wanted, packages.requirements)
            .with_context(|| format!("could not write {}", wanted.display()))?;
        // No `--isolated`, no index: pip's own configuration says where this machine gets its packages.
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        if !packages.with_dependencies {
            pip.arg("--no-deps");
        }
        process::run(pip.arg("--requirement").arg(&wanted), interrupt)
            .with_context(|| format!("pip could not install {}", packages.name))?;
        fs::write(self.stamp(), packages.requirements)
            .with_context(|| format!("could not write {}", self.stamp().display()))
    }
}

/// The machine's Python.
struct Python {
    program: PathBuf,
}

impl Python {
    fn find(packages: &Packages) -> Result<Self> {
        let program = PathBuf::from("python3");
        let (major, minor) = packages.python;
        let advice = format!(
            "{} needs Python {major}.{minor} or later as `python3`: install it and run again",
            packages.name
        );
        let printed =
            process::capture(Command::new(&program).arg("--version")).with_context(|| advice.clone())?;
        match version(&printed) {
            Some(found) if found >= packages.python => Ok(Self { program }),
            _ => bail!("{advice} (found: {})", printed.trim()),
        }
    }

    /// Makes a virtual environment, and returns the pip command that installs into it.
    ///
    /// Always a virtual environment: many systems forbid pip to touch their own packages (PEP 668).
    fn make_environment(&self, directory: &Path, interrupt: &Interrupt) -> Result<Command> {
        let has = |module: &str| {
            let probe = format!("import {module}");
            process::capture(Command::new(&self.program).args(["-c", &probe])).is_ok()
        };
        let mut make = Command::new(&self.program);
        make.args(["-m", "venv"]);
        if has("ensurepip") {
            process::run(make.arg(directory), interrupt)?;
            return Ok(Command::new(directory.join("bin/pip")));
        }
        // Debian ships venv without the pip that goes into it. A pip from outside will do.
        if has("pip") {
            process::run(make.arg("--without-pip").arg(directory), interrupt)?;
            let mut pip = Command::new(&self.program);
            pip.args(["-m", "pip", "--python"]).arg(directory.join("bin/python"));
            return Ok(pip);
        }
        bail!(
            "python3 has neither ensurepip nor pip, so nothing can be installed for it: \
             install one (on Debian and Ubuntu: `apt install python3-venv`) and run again"
        )
    }
}

/// Major and minor, from what `python3 --version` prints.
fn version(printed: &str) -> Option<(u32, u32)> {
    let mut parts = printed.trim().strip_prefix("Python ")?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_tells_its_version() {
        assert_eq!(version("Python 3.11.7\n"), Some((3, 11)));
        assert_eq!(version("Python 3.14.0rc1\n"), Some((3, 14)));
        assert_eq!(version("Python 3.9+\n"), None);
        assert_eq!(version("pyenv: python3: command not found"), None);
    }

    #[test]
    fn an_environment_holds_what_its_stamp_says_while_its_python_runs() {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment { directory: directory.path().to_owned() };
        let packages =
            |requirements| Packages { name: "six", requirements, with_dependencies: false, python: (3, 8) };
        assert!(!environment.holds(&packages("six==1.17.0")));

        fs::write(environment.stamp(), "six==1.17.0").unwrap();
        assert!(!environment.holds(&packages("six==1.17.0")));

        // Any program that succeeds stands in for Python.
        fs::create_dir(directory.path().join("bin")).unwrap();
        std::os::unix::fs::symlink("/bin/echo", environment.program("python")).unwrap();
        assert!(environment.holds(&packages("six==1.17.0")));
        assert!(!environment.holds(&packages("six==1.17.1")));
    }
}
