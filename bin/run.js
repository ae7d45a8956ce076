#!/usr/bin/env node
import '../dist/pgdba.js';
