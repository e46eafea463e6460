/// A label on a resource.
package struct Tag: WireStructure, Hashable {
    /// 1...128 characters.
    package var key: String
    /// 0...256 characters.
    package var value: String

    /// Sets every part.
    package init(key: String, value: String = "") {
        self.key = key
        self.value = value
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(key: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("Key", &key)
        wire.field("Value", &value)
    }
}

/// The tags of one resource.
package struct TagDescription: WireStructure {
    /// The resource: load balancer, listener, rule or target group.
    package var resourceARN: String
    /// Its tags.
    package var tags: [Tag]

    /// Sets every part.
    package init(resourceARN: String, tags: [Tag] = []) {
        self.resourceARN = resourceARN
        self.tags = tags
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(resourceARN: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("ResourceArn", &resourceARN)
        wire.field("Tags", &tags)
        wire.showEmpty("Tags", tags)
    }
}

/// A named setting of a load balancer, listener or target group.
package struct Attribute: WireStructure, Hashable {
    /// `deregistration_delay.timeout_seconds`.
    package var key: String
    /// The setting as text.
    package var value: String

    /// Sets every part.
    package init(key: String, value: String = "") {
        self.key = key
        self.value = value
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(key: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Key", &key)
        wire.field("Value", &value)
    }
}

/// A quota of the account.
package struct AccountLimit: WireStructure {
    /// `rules-per-application-load-balancer`.
    package var name: String
    /// The quota as decimal text.
    package var max: String

    /// Sets every part.
    package init(name: String, max: String) {
        self.name = name
        self.max = max
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(name: "", max: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Name", &name)
        wire.field("Max", &max)
    }
}
