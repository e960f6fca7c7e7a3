//! Applies what others may do with the share, looks at the folder for received files, and answers requests to send.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::app::App;
use super::dialogs::worker;
use super::inbox::{Event, Outbox};
use super::model::receiving::{LookedAt, ReceiveFolder, overlap};
use super::model::{Failure, Sharing, Step};
use crate::text::Sentence;
use landline_engine::error::StoreError;
use landline_engine::server::receiving::{Access, Answer, OfferId};

/// What is looked at.
#[derive(Debug)]
struct Folders {
    /// The folder for received files.
    received: PathBuf,
    /// The shared folder, if others may download from it.
    shared: Option<PathBuf>,
    /// Whether to create the former: nobody chose it.
    creates: bool,
}

impl App {
    /// Applies a change of what others may do, and says what is wrong with it.
    pub(super) fn apply_receiving(&mut self) {
        self.set_receiving();
        let model = &mut self.model;
        let failure = model.granted().err().or(model.receiving().err());
        // Before sharing starts, it may still be changed.
        model.server.failure = failure.filter(|_| model.server.sharing != Sharing::Off);
        model.server.receive_folder.problem = None;
        // It may have been about the folder.
        model.localsend.failure = None;
        self.look_at_receive_folder();
    }

    /// Tells the server what others may do, from the next request on.
    pub(super) fn set_receiving(&self) {
        if let Some(server) = &self.server {
            // Nobody may download from a folder that was not chosen to be shared.
            let access = self.model.granted().unwrap_or(Access::Send);
            server.set_receiving(access, self.model.receiving().ok().flatten());
        }
        self.update_receiver();
    }

    /// Whether files cannot be received, because `folder` does not exist.
    pub(super) fn is_lacking_receive_folder(&self, folder: &Path) -> bool {
        let problem = self.model.server.receive_folder.problem.as_ref();
        let step = Step::CreateFolder(folder.to_owned());
        problem.is_some_and(|problem| problem.steps.contains(&step))
    }

    /// The folder for received files was created, or not.
    pub(super) fn receive_folder_created(&mut self, created: Result<(), Sentence>) {
        self.model.server.receive_folder.problem = created.err().map(Failure::new);
        if self.model.server.receive_folder.problem.is_none() {
            self.look_at_receive_folder();
        }
    }

    /// Looks at the folder for received files, if files may be sent.
    pub(super) fn look_at_receive_folder(&mut self) {
        let model = &mut self.model;
        if !model.receives() {
            model.server.receive_folder = ReceiveFolder::default();
            return;
        }
        if let Ok(received) = model.receive_folder() {
            let is_shared = model.settings.access.downloads() && model.has_share();
            let folders = Folders {
                received,
                shared: is_shared.then(|| model.shared_folder()),
                creates: model.settings.receive_to.trim().is_empty(),
            };
            look_at(folders, &self.outbox);
        }
    }

    /// Answers a request to send, unless the key or the click may have been meant for something else.
    pub(super) fn answer_offer(&mut self, id: OfferId, answer: Answer) {
        self.model.server.offers.answer(id, answer, Instant::now());
    }
}

/// Looks at the folders on a thread, because a disk may be slow, and sends [`Event::ReceiveFolder`].
fn look_at(folders: Folders, outbox: &Outbox) {
    worker("receive folder", outbox, move |outbox| {
        outbox.send(Event::ReceiveFolder(looked_at(folders)));
    });
}

#[cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "only its worker waits")
)]
fn looked_at(folders: Folders) -> LookedAt {
    let Folders {
        received,
        shared,
        creates,
    } = folders;
    if creates && let Err(error) = fs::create_dir_all(&received) {
        log::warn!("{}: {error}", received.display());
    }
    // Links and `..` are resolved, where the folders exist.
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_shared = shared.is_some_and(|shared| overlap(&real(&received), &real(&shared)));
    LookedAt {
        problem: unusable(&received).err(),
        folder: received,
        is_shared,
    }
}

/// Whether files can be stored in `folder`: creates one, and removes it.
#[cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "only its worker waits")
)]
fn unusable(folder: &Path) -> Result<(), StoreError> {
    let path = || folder.to_owned();
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(StoreError::NotAFolder { folder: path() }),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(StoreError::NotWritable { folder: path() });
        }
        Err(_) => return Err(StoreError::FolderMissing { folder: path() }),
    }
    let probe = folder.join(format!(".landline-{}.tmp", std::process::id()));
    let created: std::io::Result<File> =
        OpenOptions::new().write(true).create_new(true).open(&probe);
    match created {
        Ok(file) => {
            drop(file);
            if let Err(error) = fs::remove_file(&probe) {
                log::warn!("{}: {error}", probe.display());
            }
            Ok(())
        }
        Err(error) => match error.kind() {
            // Left behind by a crash.
            ErrorKind::AlreadyExists => Ok(()),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Err(StoreError::NotWritable { folder: path() })
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Err(StoreError::DiskFull {
                folder: path(),
                lacking: None,
            }),
            _ => Err(StoreError::Write {
                path: probe,
                reason: error.to_string(),
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(received: &Path, shared: Option<&Path>, creates: bool) -> LookedAt {
        looked_at(Folders {
            received: received.to_owned(),
            shared: shared.map(Path::to_owned),
            creates,
        })
    }

    #[test]
    fn a_folder_that_does_not_exist_is_created_only_if_nobody_chose_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        let missing = StoreError::FolderMissing {
            folder: folder.clone(),
        };
        assert_eq!(look(&folder, None, false).problem, Some(missing));
        assert!(!folder.exists());
        assert_eq!(look(&folder, None, true).problem, None);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let is_file = StoreError::NotAFolder {
            folder: file.clone(),
        };
        assert_eq!(look(&file, None, true).problem, Some(is_file));
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_hide_that_one_folder_is_in_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let (shared, inner, link) = (
            dir.path().join("shared"),
            dir.path().join("shared/in"),
            dir.path().join("link"),
        );
        fs::create_dir_all(&inner).unwrap();
        std::os::unix::fs::symlink(&inner, &link).unwrap();
        for folder in [&inner, &link, &shared] {
            assert!(look(folder, Some(&shared), false).is_shared, "{folder:?}");
        }
        assert!(!look(dir.path().join("other").as_path(), Some(&shared), true).is_shared);
        assert!(!look(&inner, None, false).is_shared);
    }
}
