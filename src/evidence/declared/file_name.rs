//! Names of files, as a declared table asks for them: `*.log`, `*pods*.json`, `app?.log`, `cluster/*.json`.

/// Returns whether a file is called so: `*` stands for any letters of one name, `?` for one; capitals do not count. A pattern with a
/// `/` matches the end of the path, and any other the name alone.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches(['/', '.']).trim_start_matches('/');
    let pattern = if pattern.is_empty() { "*" } else { pattern };
    let path = path.replace('\\', "/");
    let mut names = path.rsplit('/').map(str::to_lowercase);
    let lower = pattern.to_lowercase();
    lower.rsplit('/').all(|pattern| names.next().is_some_and(|name| is_called(pattern, &name)))
}

/// Matches one name, by going back to the last `*` where it does not fit.
fn is_called(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut to) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while to < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, to));
                at += 1;
            }
            Some(c) if *c == '?' || Some(c) == name.get(to) => {
                at += 1;
                to += 1;
            }
            _ => {
                let Some((stood, taken)) = star else { return false };
                star = Some((stood, taken + 1));
                (at, to) = (stood + 1, taken + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_without_their_folders_and_capitals() {
        for (pattern, path, is_so) in [
            ("*.log", "/var/log/App.LOG", true),
            ("*.log", "app.log.1", false),
            ("*pods*.json", "x/kube-pods-1.json", true),
            ("app?.log", "app1.log", true),
            ("app?.log", "app.log", false),
            ("cluster/*.json", "a/cluster/pods.json", true),
            ("cluster/*.json", "a/other/pods.json", false),
            ("cluster/*.json", "cluster\\pods.json", true),
            ("./pods.json", "pods.json", true),
            ("*a*b*c*", "xxaxxbxxcxx", true),
            ("*.json", "a/b.json/c", false),
        ] {
            assert_eq!(matches(pattern, path), is_so, "{pattern} {path}");
        }
        assert!(!matches(&"*a".repeat(1000), &"a".repeat(999).repeat(2).replace('a', "b")));
    }
}
