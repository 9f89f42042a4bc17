//! Whether a folder lies on a network: read from the kernel's table of mounts. Pure but for its name.

use std::path::{Path, PathBuf};

/// Where Linux keeps the table.
pub(super) const TABLE: &str = "/proc/self/mountinfo";

/// File systems whose locks and write order cannot be trusted for a store.
const NETWORK: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "smb2",
    "ncpfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "davfs",
    "coda",
];

/// Programs behind FUSE that reach over a network.
const NETWORK_FUSE: &[&str] = &[
    "sshfs",
    "ceph",
    "ceph-fuse",
    "glusterfs",
    "davfs",
    "davfs2",
    "rclone",
    "s3fs",
    "smbnetfs",
    "curlftpfs",
    "gcsfuse",
    "google-drive-ocamlfuse",
];

/// File systems that note every change of a file to the nanosecond, in a time that no program can set back.
const WITH_CHANGE_TIMES: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "tmpfs", "overlay",
];

/// Returns the kind of network file system that `folder` (absolute, without links) lies on; `None` for a local one.
pub(super) fn network_kind(table: &str, folder: &Path) -> Option<String> {
    let kind = kind_below(table, folder)?;
    is_network(kind).then(|| kind.to_owned())
}

/// Tells whether files in `folder` (absolute, without links) cannot change without their change time.
pub(super) fn has_change_times(table: &str, folder: &Path) -> bool {
    kind_below(table, folder).is_some_and(|kind| WITH_CHANGE_TIMES.contains(&kind))
}

fn kind_below<'t>(table: &'t str, folder: &Path) -> Option<&'t str> {
    let mounts = table
        .lines()
        .filter_map(mount)
        .filter(|(point, _)| folder.starts_with(point));
    // The deepest mount holds the folder; of two at one point the later lies on top.
    let (_, kind) = mounts.max_by_key(|(point, _)| point.components().count())?;
    Some(kind)
}

fn is_network(kind: &str) -> bool {
    match kind.strip_prefix("fuse.") {
        Some(program) => NETWORK_FUSE.contains(&program),
        None => NETWORK.contains(&kind),
    }
}

/// Takes mount point and kind from a line: `36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda rw`.
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (before, after) = line.split_once(" - ")?;
    let point = before.split(' ').nth(4)?;
    Some((PathBuf::from(unescaped(point)), after.split(' ').next()?))
}

/// Reads `\040` and its like, as the kernel writes spaces, tabs, line breaks and backslashes.
fn unescaped(point: &str) -> String {
    let mut bytes = Vec::with_capacity(point.len());
    let mut rest = point.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = others.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match code
            .and_then(|digits| u8::from_str_radix(digits, 8).ok())
            .filter(|_| *first == b'\\')
        {
            Some(byte) => {
                bytes.push(byte);
                rest = others.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:45 / /mnt/server rw,relatime shared:9 - nfs4 server:/export rw,vers=4.2
31 30 8:2 / /mnt/server/local rw - xfs /dev/sdb1 rw
32 22 0:46 / /mnt/data\\040kantor rw - cifs //server/data rw
33 22 0:47 / /home/a/remote rw,nosuid - fuse.sshfs a@b: rw,user_id=0
34 22 0:48 / /home/a/local rw,nosuid - fuse.gocryptfs /x rw
35 22 0:49 / /mnt/over rw - nfs s:/x rw
36 35 0:50 / /mnt/over rw - tmpfs tmpfs rw
a line that is none
";

    #[test]
    fn the_deepest_and_latest_mount_decides() {
        let table = [
            ("/srv/cetak", None),
            ("/mnt/server/kantor", Some("nfs4")),
            ("/mnt/server", Some("nfs4")),
            ("/mnt/server2", None),
            ("/mnt/server/local/kantor", None),
            ("/mnt/data kantor/cetak", Some("cifs")),
            ("/home/a/remote/x", Some("fuse.sshfs")),
            ("/home/a/local/x", None),
            ("/mnt/over/x", None),
        ];
        for (folder, kind) in table {
            assert_eq!(network_kind(MOUNTS, Path::new(folder)).as_deref(), kind, "{folder}");
        }
        assert_eq!(network_kind("", Path::new("/x")), None);
        for (folder, has) in [
            ("/srv/cetak", true),
            ("/mnt/server/local/kantor", true),
            ("/mnt/over/x", true),
            ("/home/a/local/x", false),
            ("/mnt/server", false),
        ] {
            assert_eq!(has_change_times(MOUNTS, Path::new(folder)), has, "{folder}");
        }
        assert!(!has_change_times("", Path::new("/x")));
    }
}
