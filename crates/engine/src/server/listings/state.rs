//! Who lists which large folder, what that holds, and who may begin: bookkeeping without a lock, a thread or a disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;

use crate::share::{ListingKey, NameList};

/// An address that holds this part of the memory begins no further folder. As much is kept for addresses that hold
/// less.
const PARTS: usize = 4;

/// This part of the memory is counted for a folder of which nothing was read yet.
const BEGINNINGS: usize = 64;

/// Requests that wait for memory, in all and of one address; further ones are told to come later at once.
const QUEUE_MAX: usize = 64;
const QUEUE_MAX_EACH: usize = 8;

/// The lists and their users.
#[derive(Debug)]
pub(super) struct State {
    /// Bytes that all lists may hold.
    max: usize,
    next: u64,
    /// The lists, the oldest first.
    lists: BTreeMap<u64, List>,
    /// Requests that have a list or wait for it to be read.
    users: HashMap<u64, User>,
    queue: Vec<IpAddr>,
}

#[derive(Debug)]
struct List {
    key: ListingKey,
    /// Grows while the folder is read; none while it is only compared with another list.
    bytes: usize,
    stage: Stage,
}

/// How far a list is.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Its folder has not been read. Whoever asks for the folder now may wait for it: nothing that is in the folder
    /// by now can be missing.
    Due,
    /// One of its users reads the folder.
    Reading,
    Done(Arc<NameList>),
    Failed(ErrorKind),
}

#[derive(Clone, Copy, Debug)]
struct User {
    address: IpAddr,
    list: u64,
}

/// What a user has to do whose list is due.
#[derive(Debug)]
pub(super) struct Lead {
    pub list: u64,
    /// Nobody else waits for it.
    pub is_alone: bool,
    /// What the folder had in it when it was last read, as far as that is held: most folders do not change.
    pub newest: Option<(u64, Arc<NameList>)>,
}

/// What came of reading a folder.
#[derive(Debug)]
pub(super) enum Names {
    New(NameList),
    /// The same as in this older list.
    Same(u64, Arc<NameList>),
}

impl State {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            next: 0,
            lists: BTreeMap::new(),
            users: HashMap::new(),
            queue: Vec::new(),
        }
    }

    /// A list of the folder with `key` that is still to be read, for a request from `address`: the number of its user.
    /// Nothing where there is no memory for it now.
    pub fn admit(&mut self, key: &ListingKey, address: IpAddr) -> Option<u64> {
        let part = self.max / PARTS;
        let newest = self.newest(key).map(|(number, _)| number);
        let (held, total) = self.held_beside(key, newest, address);
        if held > 0 && held >= part {
            return None;
        }
        let is_due = |list: &List| list.key == *key && matches!(list.stage, Stage::Due);
        let due = self.lists.iter().find(|(_, list)| is_due(list));
        let list = if let Some((number, _)) = due {
            *number
        } else {
            let limit = self.max - if held == 0 { 0 } else { part };
            // What is held already is most likely no more, and once only if it is.
            let is_same = |list: &&List| list.key == *key && matches!(list.stage, Stage::Done(_));
            let is_held = self.lists.values().filter(is_same).count() == 1;
            // It is alone, and may become larger than the limit.
            let is_alone = self.lists.values().any(|list| list.bytes > self.max - part);
            if (total > 0 && total >= limit || is_alone) && !is_held {
                return None;
            }
            let list = List {
                key: key.clone(),
                bytes: if is_held {
                    0
                } else {
                    (self.max / BEGINNINGS).max(1)
                },
                stage: Stage::Due,
            };
            let number = self.number();
            self.lists.insert(number, list);
            number
        };
        let user = self.number();
        self.users.insert(user, User { address, list });
        Some(user)
    }

    /// What `address` holds, and what all hold. Left out is what may become one with the next list of the folder with
    /// `key`: the `newest` one that was read, and those that are not read yet.
    fn held_beside(
        &self,
        key: &ListingKey,
        newest: Option<u64>,
        address: IpAddr,
    ) -> (usize, usize) {
        let used = self.users.values().filter(|user| user.address == address);
        let used: HashSet<u64> = used.map(|user| user.list).collect();
        let (mut held, mut total) = (0, 0);
        for (number, list) in &self.lists {
            let is_old = newest.is_some_and(|newest| *number < newest);
            if list.key == *key && !is_old {
                continue;
            }
            total += list.bytes;
            if used.contains(number) {
                held += list.bytes;
            }
        }
        (held, total)
    }

    fn newest(&self, key: &ListingKey) -> Option<(u64, Arc<NameList>)> {
        let lists = self.lists.iter().rev();
        lists
            .filter(|(_, list)| list.key == *key)
            .find_map(|(number, list)| match &list.stage {
                Stage::Done(names) => Some((*number, Arc::clone(names))),
                _ => None,
            })
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// How far the list of `user` is.
    pub fn stage(&self, user: u64) -> Stage {
        let list = self.users.get(&user).map(|user| user.list);
        let list = list.and_then(|list| self.lists.get(&list));
        // It has one until it leaves.
        list.map_or(Stage::Failed(ErrorKind::NotFound), |list| {
            list.stage.clone()
        })
    }

    /// Begin to read for `user`, whose list is due; nothing while its folder is being read for an older one.
    pub fn lead(&mut self, user: u64) -> Option<Lead> {
        let number = self.users.get(&user)?.list;
        let key = &self.lists.get(&number)?.key;
        let mut same = self.lists.values().filter(|list| list.key == *key);
        if same.any(|list| matches!(list.stage, Stage::Reading)) {
            return None;
        }
        let lead = Lead {
            list: number,
            is_alone: self.users_of(number) == 1,
            newest: self.newest(key),
        };
        self.lists.get_mut(&number)?.stage = Stage::Reading;
        Some(lead)
    }

    /// How many wait for a list or have it.
    pub fn users_of(&self, list: u64) -> usize {
        self.users.values().filter(|user| user.list == list).count()
    }

    /// A list that is being read holds `bytes` by now; whether there is memory for so much. There is for the only
    /// list, however large.
    pub fn grow(&mut self, number: u64, bytes: usize) -> bool {
        let Some(list) = self.lists.get(&number) else {
            return false;
        };
        let all: usize = self.lists.values().map(|list| list.bytes).sum();
        let others = all - list.bytes;
        let may_grow =
            bytes <= list.bytes || others == 0 || self.has_room(number, &list.key, bytes, others);
        if may_grow && let Some(list) = self.lists.get_mut(&number) {
            list.bytes = list.bytes.max(bytes);
        }
        may_grow
    }

    /// Whether one of those who wait for a list may have `bytes` for it beside `others`.
    fn has_room(&self, number: u64, key: &ListingKey, bytes: usize, others: usize) -> bool {
        let part = self.max / PARTS;
        let newest = self.newest(key).map(|(number, _)| number);
        let mut users = self.users.values().filter(|user| user.list == number);
        users.any(|user| {
            let (held, _) = self.held_beside(key, newest, user.address);
            let limit = self.max - if held + bytes > part { part } else { 0 };
            (held == 0 || held < part) && others + bytes <= limit
        })
    }

    /// The folder of a list was read.
    pub fn end(&mut self, number: u64, names: Result<Names, ErrorKind>) {
        let names = match names {
            Ok(Names::Same(older, _)) if self.lists.contains_key(&older) => {
                let users = self.users.values_mut();
                users
                    .filter(|user| user.list == number)
                    .for_each(|user| user.list = older);
                self.lists.remove(&number);
                return;
            }
            // All who had the older one have left meanwhile.
            Ok(Names::Same(_, names)) => Ok(names),
            Ok(Names::New(names)) => Ok(Arc::new(names)),
            Err(kind) => Err(kind),
        };
        if let Some(list) = self.lists.get_mut(&number) {
            list.bytes = names.as_ref().map_or(0, |names| names.bytes());
            list.stage = names.map_or_else(Stage::Failed, Stage::Done);
        }
    }

    /// A request is over. Returns its list where it was the last one: it is to be freed without holding a lock.
    pub fn leave(&mut self, user: u64) -> Option<Stage> {
        let number = self.users.remove(&user)?.list;
        if self.users_of(number) > 0 {
            return None;
        }
        self.lists.remove(&number).map(|list| list.stage)
    }

    /// Whether a request from `address` may wait for memory; it is to [leave the queue](State::leave_queue).
    pub fn enter_queue(&mut self, address: IpAddr) -> bool {
        let own = self.queue.iter().filter(|other| **other == address).count();
        let may_wait = self.queue.len() < QUEUE_MAX && own < QUEUE_MAX_EACH;
        if may_wait {
            self.queue.push(address);
        }
        may_wait
    }

    pub fn leave_queue(&mut self, address: IpAddr) {
        if let Some(at) = self.queue.iter().position(|other| *other == address) {
            self.queue.swap_remove(at);
        }
    }

    /// How many requests there are.
    #[cfg(test)]
    pub fn users(&self) -> usize {
        self.users.len()
    }

    #[cfg(test)]
    pub fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Whether nothing is left of all requests.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.lists.is_empty() && self.queue.is_empty()
    }
}
