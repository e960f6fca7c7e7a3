//! What others may do with the share, and where received files go.

use std::path::{Path, PathBuf};

use super::{Failure, Model, Sharing, Step};
use crate::sentence;
use crate::text::{Describe as _, Sentence};
use landline_engine::error::StoreError;
use landline_engine::server::receiving::{Access, Consent, Receiving, TrustedDevice};

/// The folder for received files, after it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReceiveFolder {
    /// Why nothing can be stored in it.
    pub problem: Option<Failure>,
    /// Whether what is stored in it is shared at once, because one of the two folders contains the other.
    pub is_shared: bool,
}

/// The result of looking at the folder for received files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookedAt {
    /// The folder.
    pub folder: PathBuf,
    /// Why nothing can be stored in it.
    pub problem: Option<StoreError>,
    /// Whether it contains the shared folder, or is inside it.
    pub is_shared: bool,
}

impl Model {
    /// The folder for received files: what was typed or, if nothing was, the system's downloads folder.
    ///
    /// # Errors
    /// It is on another computer, or not a path.
    pub(crate) fn receive_folder(&self) -> Result<PathBuf, Sentence> {
        match self.settings.receive_to.trim() {
            "" => Ok(self.downloads.clone().unwrap_or_default()),
            typed => self.path(typed),
        }
    }

    /// How received files are stored; `None` if none may be sent.
    ///
    /// # Errors
    /// There is no folder for them.
    pub(crate) fn receiving(&self) -> Result<Option<Receiving>, Failure> {
        if !self.settings.access.sends() {
            return Ok(None);
        }
        self.received_as().map(Some)
    }

    /// How received files are stored, wherever they come from.
    ///
    /// # Errors
    /// There is no folder for them.
    pub(super) fn received_as(&self) -> Result<Receiving, Failure> {
        let settings = &self.settings;
        let folder = self.receive_folder().map_err(Failure::new)?;
        if folder.as_os_str().is_empty() {
            return Err(Failure::new(sentence!("no-receive-folder")));
        }
        let consent = if settings.asks_first {
            let trusted = settings.trusted.clone();
            Consent::Ask { trusted }
        } else {
            Consent::Given
        };
        Ok(Receiving {
            folder,
            consent,
            copies: settings.copies.naming(),
        })
    }

    /// What others may do in fact: nothing can be downloaded while no folder is shared.
    pub(crate) fn granted(&self) -> Result<Access, Failure> {
        let access = self.settings.access;
        if access.downloads() && !self.has_share() {
            return Err(Failure::new(sentence!("no-folder-to-share")));
        }
        Ok(access)
    }

    /// Whether there is a folder to share.
    pub(crate) fn has_share(&self) -> bool {
        self.server.selection.is_some() || !self.settings.folder.trim().is_empty()
    }

    /// The folder for received files was looked at: what is wrong with it is shown, unless another was chosen meanwhile.
    /// Returns whether it is that one.
    pub(crate) fn receive_folder_looked_at(&mut self, found: LookedAt) -> bool {
        if self.receive_folder().as_ref() != Ok(&found.folder) {
            return false;
        }
        let problem = found.problem.map(|why| {
            let mut steps = match &why {
                StoreError::FolderMissing { folder } => vec![Step::CreateFolder(folder.clone())],
                _ => Vec::new(),
            };
            steps.push(Step::ChooseReceived);
            let reason = why.sentence();
            Failure { reason, steps }
        });
        self.server.receive_folder = ReceiveFolder {
            problem,
            is_shared: found.is_shared,
        };
        true
    }

    /// Whether files are received, by the share, now or as soon as it starts, or from LocalSend devices.
    pub(crate) fn receives(&self) -> bool {
        self.settings.access.sends() || self.settings.localsend
    }

    /// Whether received files can be downloaded by others at once.
    pub(crate) fn shows_received(&self) -> bool {
        self.settings.access.downloads()
            && self.receives()
            && self.server.receive_folder.is_shared
            && self.server.sharing != Sharing::Off
    }

    /// Remembers a device that is always accepted, once.
    pub(crate) fn trust(&mut self, device: TrustedDevice) {
        let trusted = &mut self.settings.trusted;
        trusted.retain(|known| known.key != device.key);
        trusted.insert(0, device);
        trusted.truncate(crate::settings::TRUSTED_KEPT);
    }
}

/// Whether one of two absolute paths contains the other.
pub(crate) fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(access: Access) -> Model {
        let mut model = Model {
            downloads: Some("/home/ann/Downloads".into()),
            ..Model::default()
        };
        model.settings.folder = "/home/ann/Photos".to_owned();
        model.settings.access = access;
        model
    }

    #[test]
    fn without_another_folder_files_go_to_the_downloads() {
        let mut model = model(Access::Both);
        let receiving = model.receiving().unwrap().unwrap();
        assert_eq!(receiving.folder, Path::new("/home/ann/Downloads"));
        let trusted = Vec::new();
        assert_eq!(receiving.consent, Consent::Ask { trusted });
        model.settings.receive_to = " /srv/in ".to_owned();
        model.settings.asks_first = false;
        let receiving = model.receiving().unwrap().unwrap();
        assert_eq!(receiving.folder, Path::new("/srv/in"));
        assert_eq!(receiving.consent, Consent::Given);
        model.settings.receive_to = "file://evil/srv".to_owned();
        assert!(model.receiving().is_err());
        model.settings.access = Access::Download;
        assert_eq!(model.receiving(), Ok(None));
    }

    #[test]
    fn nothing_can_be_downloaded_without_a_shared_folder() {
        let mut model = model(Access::Both);
        assert_eq!(model.granted(), Ok(Access::Both));
        model.settings.folder.clear();
        assert_eq!(
            model.granted().unwrap_err().reason.key(),
            "no-folder-to-share"
        );
        model.settings.access = Access::Send;
        assert_eq!(model.granted(), Ok(Access::Send));
    }

    #[test]
    fn a_late_result_is_about_another_folder() {
        let mut model = model(Access::Both);
        let looked_at = |folder: &str| LookedAt {
            folder: folder.into(),
            problem: Some(StoreError::FolderMissing {
                folder: folder.into(),
            }),
            is_shared: false,
        };
        assert!(!model.receive_folder_looked_at(looked_at("/elsewhere")));
        assert_eq!(model.server.receive_folder, ReceiveFolder::default());
        assert!(model.receive_folder_looked_at(looked_at("/home/ann/Downloads")));
        let problem = model.server.receive_folder.problem.unwrap();
        let folder = PathBuf::from("/home/ann/Downloads");
        let steps = [Step::CreateFolder(folder), Step::ChooseReceived];
        assert_eq!(problem.steps, steps);
    }

    #[test]
    fn a_device_is_trusted_once() {
        let mut model = model(Access::Both);
        let device = |name: &str, key: &str| TrustedDevice {
            name: name.to_owned(),
            key: key.to_owned(),
        };
        for (name, key) in [("Bo", "1"), ("Ann", "2"), ("Bo's phone", "1")] {
            model.trust(device(name, key));
        }
        let kept = [device("Bo's phone", "1"), device("Ann", "2")];
        assert_eq!(model.settings.trusted, kept);
        for number in 0..crate::settings::TRUSTED_KEPT + 5 {
            model.trust(device("x", &number.to_string()));
        }
        assert_eq!(model.settings.trusted.len(), crate::settings::TRUSTED_KEPT);
    }

    #[test]
    fn folders_overlap_if_one_contains_the_other() {
        for (one, other, is_so) in [
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a/b", "/a", true),
            ("/a", "/ab", false),
            ("/a/b", "/a/c", false),
        ] {
            assert_eq!(overlap(Path::new(one), Path::new(other)), is_so);
        }
    }
}
