//! Accounting of lists and their memory, and admission of requests: no locks, threads or I/O.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;

use crate::share::{ListingKey, NameList};

/// An address that uses this fraction of the memory may not start another folder. The same fraction is reserved
/// for addresses that use less.
const FRACTION: usize = 4;

/// The fraction of the memory that is charged for a folder before it is read.
const INITIAL_FRACTION: usize = 64;

/// The maximum number of requests waiting for memory, in total and per address; further ones are asked to retry
/// at once.
const QUEUE_MAX: usize = 64;
const QUEUE_MAX_EACH: usize = 8;

/// The lists and their users.
#[derive(Debug)]
pub(super) struct State {
    /// The memory limit in bytes.
    max: usize,
    next: u64,
    /// The lists, oldest first.
    lists: BTreeMap<u64, List>,
    /// Requests that have a list or wait for it.
    users: HashMap<u64, User>,
    queue: Vec<IpAddr>,
}

#[derive(Debug)]
struct List {
    key: ListingKey,
    /// Grows while the folder is read; 0 while it is only compared with another list.
    bytes: usize,
    stage: Stage,
}

/// The state of a list.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Reading has not started. Requests that arrive now may share it: nothing that exists by now can be
    /// missing.
    Due,
    /// One of its users is reading the folder.
    Reading,
    Done(Arc<NameList>),
    Failed(ErrorKind),
}

#[derive(Clone, Copy, Debug)]
struct User {
    address: IpAddr,
    list: u64,
}

/// The task of reading a list.
#[derive(Debug)]
pub(super) struct Lead {
    pub list: u64,
    /// Whether no other request waits for it.
    pub is_alone: bool,
    /// The newest complete list of the folder, if there is one: most folders do not change.
    pub newest: Option<(u64, Arc<NameList>)>,
}

/// The result of reading a folder.
#[derive(Debug)]
pub(super) enum Names {
    New(NameList),
    /// Equal to this older list.
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

    /// Assigns a request from `address` to a list of the folder with `key` that is yet to be read; returns its
    /// user number. `None` if there is no memory for it now.
    pub fn admit(&mut self, key: &ListingKey, address: IpAddr) -> Option<u64> {
        let part = self.max / FRACTION;
        let newest = self.newest(key).map(|(number, _)| number);
        let (own, total) = self.used_beside(key, newest, address);
        if own > 0 && own >= part {
            return None;
        }
        let is_due = |list: &List| list.key == *key && matches!(list.stage, Stage::Due);
        let due = self.lists.iter().find(|(_, list)| is_due(list));
        let list = if let Some((number, _)) = due {
            *number
        } else {
            let limit = self.max - if own == 0 { 0 } else { part };
            // Usually equal to the existing list; memory is charged only once, if it is.
            let is_same = |list: &&List| list.key == *key && matches!(list.stage, Stage::Done(_));
            let is_shared = self.lists.values().filter(is_same).count() == 1;
            // A list that is alone may exceed the limit.
            let is_alone = self.lists.values().any(|list| list.bytes > self.max - part);
            if (total > 0 && total >= limit || is_alone) && !is_shared {
                return None;
            }
            let list = List {
                key: key.clone(),
                bytes: if is_shared {
                    0
                } else {
                    (self.max / INITIAL_FRACTION).max(1)
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

    /// Memory used by `address`, and in total, in bytes. Excludes lists that may merge with the next list of
    /// the folder with `key`: the `newest` complete one, and those not read yet.
    fn used_beside(
        &self,
        key: &ListingKey,
        newest: Option<u64>,
        address: IpAddr,
    ) -> (usize, usize) {
        let own = self.users.values().filter(|user| user.address == address);
        let own: HashSet<u64> = own.map(|user| user.list).collect();
        let (mut used, mut total) = (0, 0);
        for (number, list) in &self.lists {
            let is_old = newest.is_some_and(|newest| *number < newest);
            if list.key == *key && !is_old {
                continue;
            }
            total += list.bytes;
            if own.contains(number) {
                used += list.bytes;
            }
        }
        (used, total)
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

    /// The state of the list of `user`.
    pub fn stage(&self, user: u64) -> Stage {
        let list = self.users.get(&user).map(|user| user.list);
        let list = list.and_then(|list| self.lists.get(&list));
        // A user has a list until it leaves.
        list.map_or(Stage::Failed(ErrorKind::NotFound), |list| {
            list.stage.clone()
        })
    }

    /// Makes `user` the reader of its list; `None` while the folder is being read for an older list.
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

    /// The number of requests that use a list or wait for it.
    pub fn users_of(&self, list: u64) -> usize {
        self.users.values().filter(|user| user.list == list).count()
    }

    /// Charges a list being read with `bytes`; returns whether there is memory for it, which there always is
    /// for a list that is alone.
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

    /// Whether any of the requests waiting for a list may use `bytes` for it, given `others` in use.
    fn has_room(&self, number: u64, key: &ListingKey, bytes: usize, others: usize) -> bool {
        let part = self.max / FRACTION;
        let newest = self.newest(key).map(|(number, _)| number);
        let mut users = self.users.values().filter(|user| user.list == number);
        users.any(|user| {
            let (used, _) = self.used_beside(key, newest, user.address);
            let limit = self.max - if used + bytes > part { part } else { 0 };
            (used == 0 || used < part) && others + bytes <= limit
        })
    }

    /// Stores the result of reading a list.
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
            // All users of the older list have left in the meantime.
            Ok(Names::Same(_, names)) => Ok(names),
            Ok(Names::New(names)) => Ok(Arc::new(names)),
            Err(kind) => Err(kind),
        };
        if let Some(list) = self.lists.get_mut(&number) {
            list.bytes = names.as_ref().map_or(0, |names| names.bytes());
            list.stage = names.map_or_else(Stage::Failed, Stage::Done);
        }
    }

    /// Removes a request. Returns its list if it was the last user, to be freed without holding a lock.
    pub fn leave(&mut self, user: u64) -> Option<Stage> {
        let number = self.users.remove(&user)?.list;
        if self.users_of(number) > 0 {
            return None;
        }
        self.lists.remove(&number).map(|list| list.stage)
    }

    /// Whether a request from `address` may wait for memory; it must [leave the queue](State::leave_queue)
    /// afterwards.
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

    /// The number of requests.
    #[cfg(test)]
    pub fn users(&self) -> usize {
        self.users.len()
    }

    #[cfg(test)]
    pub fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Whether no request has left anything behind.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.lists.is_empty() && self.queue.is_empty()
    }
}
