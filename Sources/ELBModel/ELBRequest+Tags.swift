extension ELBRequest {
    /// Shows the tags of resources.
    package struct DescribeTags: WireStructure {
        /// At most 20.
        package var resourceARNs: [String]

        /// Sets every part.
        package init(resourceARNs: [String]) {
            self.resourceARNs = resourceARNs
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(resourceARNs: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ResourceArns", &resourceARNs)
        }
    }

    /// Adds tags or replaces their values.
    package struct AddTags: WireStructure {
        /// The resources.
        package var resourceARNs: [String]
        /// The tags.
        package var tags: [Tag]

        /// Sets every part.
        package init(resourceARNs: [String], tags: [Tag]) {
            self.resourceARNs = resourceARNs
            self.tags = tags
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(resourceARNs: [], tags: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ResourceArns", &resourceARNs)
            wire.required("Tags", &tags)
        }
    }

    /// Removes tags; unknown keys are no error.
    package struct RemoveTags: WireStructure {
        /// The resources.
        package var resourceARNs: [String]
        /// The keys.
        package var tagKeys: [String]

        /// Sets every part.
        package init(resourceARNs: [String], tagKeys: [String]) {
            self.resourceARNs = resourceARNs
            self.tagKeys = tagKeys
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(resourceARNs: [], tagKeys: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ResourceArns", &resourceARNs)
            wire.required("TagKeys", &tagKeys)
        }
    }
}
