/// The sections of `~/.aws/config` or `~/.aws/credentials`.
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
package struct SharedConfiguration: Equatable, Sendable {
    /// A `[name]` with its settings.
    package struct Section: Equatable, Sendable {
        /// Values by lower-case key.
        package var values: [String: String] = [:]
        /// Indented `key = value` lines under a key with an empty value, by that key.
        package var nested: [String: [String: String]] = [:]
    }

    /// Sections by name as written inside the brackets, for example `profile dev`.
    package var sections: [String: Section] = [:]

    /// Reads the file's text. Lines which are neither sections, settings nor comments are skipped, as the SDKs do.
    package init(parsing text: String) {
        var name: String?
        var parent: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            let isIndented = line.first == " " || line.first == "\t"
            let content = Self.trim(line)
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[", !isIndented {
                guard let end = content.firstIndex(of: "]") else { continue }
                let words = content[content.index(after: content.startIndex)..<end].split { $0 == " " || $0 == "\t" }
                name = words.joined(separator: " ")
                parent = nil
                if let name, sections[name] == nil { sections[name] = Section() }
                continue
            }
            guard let name, let equals = content.firstIndex(of: "=") else { continue }
            let key = Self.trim(content[..<equals]).lowercased()
            let value = Self.withoutComment(Self.trim(content[content.index(after: equals)...]))
            if isIndented, let parent {
                sections[name]?.nested[parent, default: [:]][key] = value
            } else {
                sections[name]?.values[key] = value
                parent = value.isEmpty ? key : nil
            }
        }
    }

    private static func trim(_ text: Substring) -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        let start = text.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return start[...end]
    }

    private static func withoutComment(_ value: Substring) -> String {
        var previous: Character = " "
        for index in value.indices {
            if value[index] == "#" || value[index] == ";", previous == " " || previous == "\t", index > value.startIndex
            {
                return String(trim(value[..<index]))
            }
            previous = value[index]
        }
        return String(value)
    }
}

/// The settings of one profile, from both shared files.
package struct SharedProfile: Sendable {
    /// The profile's name.
    package var name: String
    /// The two paths looked at, credentials first.
    package var paths: [String]
    /// Whether any of the files has the profile.
    package var exists: Bool
    /// Settings by key; the credentials file wins.
    package var values: [String: String]
    /// The service endpoints of the profile's `services` section, by service id in snake case.
    package var serviceEndpoints: [String: String]
    /// Whether the user chose the profile by name.
    package var isExplicit: Bool

    /// Reads the profile named by `name`, else by AWS_PROFILE, else `default`.
    package init(named name: String?, in host: HostEnvironment) {
        let chosen = name ?? host["AWS_PROFILE"] ?? host["AWS_DEFAULT_PROFILE"]
        isExplicit = chosen != nil
        self.name = chosen ?? "default"
        let credentialsPath = host.expand(host["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials")
        let configPath = host.expand(host["AWS_CONFIG_FILE"] ?? "~/.aws/config")
        paths = [credentialsPath, configPath]
        let credentials = host.readFile(credentialsPath).map { SharedConfiguration(parsing: $0) }
        let config = host.readFile(configPath).map { SharedConfiguration(parsing: $0) }
        let configSection =
            config?.sections["profile \(self.name)"] ?? (self.name == "default" ? config?.sections["default"] : nil)
        let credentialsSection = credentials?.sections[self.name]
        exists = configSection != nil || credentialsSection != nil
        values = (configSection?.values ?? [:]).merging(credentialsSection?.values ?? [:]) { $1 }
        let services = values["services"].flatMap { config?.sections["services \($0)"] }
        serviceEndpoints = (services?.nested ?? [:]).compactMapValues { $0["endpoint_url"] }
    }

    /// The value of `key`; `nil` when absent or empty.
    package subscript(key: String) -> String? {
        guard let value = values[key], !value.isEmpty else { return nil }
        return value
    }
}
